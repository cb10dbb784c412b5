import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { VaultTier } from '#contract/credentials'
import { type Browser, chromium, type Page, test as base } from '@playwright/test'

const ROOT = join(import.meta.dirname, '..')
const START_MS = 30_000
/** How long a polite end may take before it counts as hung. */
const END_MS = 15_000

/** One running Quarterdeck, as a user starts it, and a page that looks at it. */
export interface Console {
  readonly page: Page
  readonly dataFolder: string
  /** Where alerts are taken in, e.g. `http://127.0.0.1:41234`. */
  intake(): string
  /** Ends the process as a power cut would. */
  kill(): Promise<void>
  /** Ends it politely unless it is gone, starts it again on the same data, and opens the page anew. */
  restart(): Promise<void>
  /** What it printed so far. */
  printed(): string
}

interface Started {
  readonly child: ChildProcess
  readonly output: { text: string }
  readonly url: string
  readonly intake: string
}

interface Fixtures {
  /** Where its data is: empty, until a journey puts something there before the start. */
  dataFolder: string
  /** Where the vault's key is kept. */
  vault: VaultTier
  console: Console
  /** Goes before all others, so that a journey that cannot run here fills no store first. */
  skipped: void
}

export const test = base.extend<Fixtures, { window: Browser }>({
  window: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the needs of a fixture from this pattern
    async ({}, use) => {
      const browser = await openWindow()
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],
  skipped: [
    // oxlint-disable-next-line no-empty-pattern -- as above
    async ({}, use, testInfo) => {
      const reason: unknown = testInfo.project.metadata['skip']
      testInfo.skip(reason !== undefined, String(reason))
      await use()
    },
    { auto: true },
  ],
  // oxlint-disable-next-line no-empty-pattern -- as above
  dataFolder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'qd-journey-'))
    await use(folder)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  },
  vault: ['memory', { option: true }],
  console: async ({ window, dataFolder, vault }, use) => {
    const context = await window.newContext({ viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    const problems = listenForProblems(page)
    let started = await startConsole(dataFolder, vault)
    try {
      await page.goto(started.url)
      await use({
        page,
        dataFolder,
        intake: () => started.intake,
        printed: () => started.output.text,
        async kill() {
          started.child.kill('SIGKILL')
          await ended(started.child)
        },
        async restart() {
          await endPolitely(started)
          started = await startConsole(dataFolder, vault)
          await page.goto('about:blank')
          await page.goto(started.url)
        },
      })
    } finally {
      await context.close()
      await endPolitely(started)
    }
    base.expect(problems(), 'errors in the page').toEqual([])
  },
})

export { expect } from '@playwright/test'

/** Debian's Chromium, or the one that `QD_CHROMIUM` names. */
function openWindow(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['QD_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

function listenForProblems(page: Page): () => string[] {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  // A page that loses its line says so in its own words; nothing else may end up in the browser's error log.
  return () => problems.filter((text) => !/WebSocket|ERR_CONNECTION/.test(text))
}

/** Starts the built program on this folder; resolves when its interface and its listener are there. */
export async function startConsole(
  dataFolder: string,
  vault: VaultTier = 'memory',
): Promise<Started> {
  const args = ['--no-open', '--data', dataFolder, '--vault', vault, '--intake-port', '0']
  const child = spawn(
    process.execPath,
    ['src-main/bin.mjs', 'start', '--host', 'browser', ...args],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const output = { text: '' }
  child.stdout.on('data', (piece: Buffer) => (output.text += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (output.text += piece.toString()))
  try {
    const url = await printed(child, output, /(http:\/\/\S+#t=\S+)/)
    const intake = await printed(child, output, /taken in at (http:\/\/\S+)/)
    return { child, output, url, intake }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

/** Ends it as Ctrl-C does; it must be gone in time, on its own, and content. */
export async function endPolitely({ child, output }: Started): Promise<void> {
  if (child.signalCode !== null) return // a journey killed it
  child.kill('SIGTERM')
  const inTime = await Promise.race([ended(child).then(() => true), sleep(END_MS, false)])
  if (!inTime) child.kill('SIGKILL')
  base.expect(inTime, `it ends when it is asked to; it printed: ${output.text}`).toBe(true)
  base.expect(child.exitCode, `its exit code; it printed: ${output.text}`).toBe(0)
}

/** Waits until the process has printed what the pattern captures; fails with everything it printed instead. */
async function printed(
  child: ChildProcess,
  output: { text: string },
  pattern: RegExp,
): Promise<string> {
  const deadline = Date.now() + START_MS
  while (Date.now() < deadline && child.exitCode === null) {
    const found = pattern.exec(output.text)?.[1]
    if (found) return found
    await sleep(25)
  }
  throw new Error(`Quarterdeck did not print ${pattern}; it printed: ${output.text}`)
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
