import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page, test as base } from '@playwright/test'

const ROOT = join(import.meta.dirname, '..')

/** One running Quarterdeck, as a user starts it, and a page that looks at it. */
export interface Console {
  readonly page: Page
  readonly dataFolder: string
  /** Where alerts are taken in, e.g. `http://127.0.0.1:41234`. */
  intake(): string
  /** Ends the process as a power cut would. */
  kill(): Promise<void>
  /** Starts it again on the same data and opens the page anew. */
  restart(): Promise<void>
  /** What it printed so far. */
  printed(): string
}

interface Options {
  /** Which command and flags to start with. */
  command: readonly string[]
}

interface Started {
  readonly child: ChildProcess
  readonly output: { text: string }
  readonly url: string
  readonly intake: string
}

export const test = base.extend<Options & { console: Console }, { window: Browser }>({
  command: [['start', '--host', 'browser'], { option: true }],
  window: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the needs of a fixture from this pattern
    async ({}, use) => {
      const browser = await chromium.launch({
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
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],
  console: async ({ window, command }, use, testInfo) => {
    testInfo.skip(
      testInfo.project.metadata['host'] === 'electron',
      "Electron's program is not here",
    )
    const dataFolder = mkdtempSync(join(tmpdir(), 'qd-journey-'))
    const page = await window.newPage({ viewport: { width: 1440, height: 900 } })
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text())
    })
    let started = await start(command, dataFolder)
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
        started = await start(command, dataFolder)
        await page.goto('about:blank')
        await page.goto(started.url)
      },
    })
    await page.close()
    started.child.kill('SIGTERM')
    await ended(started.child)
    rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 })
    // A page that loses its line says so in its own words; nothing else may end up in the browser's error log.
    const unexpected = problems.filter(
      (text) => !/WebSocket|ERR_CONNECTION|Failed to load resource/.test(text),
    )
    base.expect(unexpected, 'errors in the page').toEqual([])
  },
})

export { expect } from '@playwright/test'

async function start(command: readonly string[], dataFolder: string): Promise<Started> {
  const args = [
    'src-main/bin.mjs',
    ...command,
    '--no-open',
    '--data',
    dataFolder,
    '--vault',
    'memory',
    '--intake-port',
    '0',
  ]
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { text: '' }
  child.stdout.on('data', (piece: Buffer) => (output.text += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (output.text += piece.toString()))
  const url = await printed(child, output, /(http:\/\/\S+#t=\S+)/)
  const intake = await printed(child, output, /taken in at (http:\/\/\S+)/)
  return { child, output, url, intake }
}

/** Waits until the process has printed what the pattern captures; fails with everything it printed instead. */
async function printed(
  child: ChildProcess,
  output: { text: string },
  pattern: RegExp,
): Promise<string> {
  const deadline = Date.now() + 30_000
  while (Date.now() < deadline && child.exitCode === null) {
    const found = pattern.exec(output.text)?.[1]
    if (found) return found
    await new Promise((next) => setTimeout(next, 25))
  }
  throw new Error(`Quarterdeck did not print ${pattern}; it printed: ${output.text}`)
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
