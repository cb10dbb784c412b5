import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser } from '@playwright/test'
import { startProduct } from '#bench/product'
import { type Measure, quantile, type Skipped } from '#bench/report'
import { seedTickets } from '#bench/seed-tickets'
import { memoryOf, newFolder, startProgram } from '#bench/workshop'

const TIMES = 7
const TICKETS = 500
/** How long a console is left alone before its memory is read. */
const IDLE_MS = 8000
const CHROMIUM = process.env['QD_CHROMIUM'] ?? '/usr/bin/chromium'

/** What a user waits for, and what a console costs that nobody uses. */
export async function measureStart(): Promise<(Measure | Skipped)[]> {
  const folder = newFolder()
  await prepare(folder)
  const bare: number[] = []
  const started: number[] = []
  for (let n = 0; n < TIMES; n += 1) {
    bare.push(await timeNode())
    const product = await startProduct(folder)
    started.push(product.startMs)
    await product.stop()
  }
  const floor = { what: 'node -e 0', value: quantile(bare, 0.5) }
  return [
    {
      what: 'start → address, median',
      value: quantile(started, 0.5),
      unit: 'ms',
      budget: 400,
      floor,
    },
    ...(await measureScreen(folder, floor)),
  ]
}

/** Past the first start, with something to show. */
async function prepare(folder: string): Promise<void> {
  const product = await startProduct(folder)
  const client = await product.connect()
  const { id } = await client.api.people.me({})
  await client.api.settings.update({ firstStartDone: true, tourSeen: true })
  client.close()
  await product.stop()
  seedTickets(join(folder, 'quarterdeck.db'), TICKETS, id)
}

async function timeNode(): Promise<number> {
  const began = performance.now()
  await once(startProgram(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit')
  return performance.now() - began
}

async function measureScreen(
  folder: string,
  floor: NonNullable<Measure['floor']>,
): Promise<(Measure | Skipped)[]> {
  if (!existsSync(CHROMIUM)) {
    const skipped = `there is no ${CHROMIUM} (set QD_CHROMIUM to a Chromium)`
    return [{ what: 'start → first screen with data, idle memory', skipped }]
  }
  const { chromium } = await import('@playwright/test')
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  try {
    const shown: number[] = []
    for (let n = 0; n < TIMES; n += 1) shown.push((await showOnce(browser, folder)).ms)
    const { memory } = await showOnce(browser, folder, IDLE_MS)
    return [
      {
        what: 'start → first screen with data, median',
        value: quantile(shown, 0.5),
        unit: 'ms',
        budget: 1200,
        floor,
      },
      await idleMemory(memory),
    ]
  } finally {
    await browser.close()
  }
}

/** From the start of the process until an open ticket can be read on the watch, in a browser that is open already. */
async function showOnce(browser: Browser, folder: string, idleMs = 0) {
  const page = await browser.newPage()
  const began = performance.now()
  const product = await startProduct(folder)
  try {
    await page.goto(product.url, { waitUntil: 'commit' })
    await page
      .getByText(/ on host-\d+/)
      .first()
      .waitFor()
    const ms = performance.now() - began
    await pause(idleMs)
    return { ms, memory: memoryOf(product.child) }
  } finally {
    await page.close()
    await product.stop()
  }
}

async function idleMemory(memory: number | undefined): Promise<Measure | Skipped> {
  const what = 'idle memory with one window'
  if (memory === undefined) return { what, skipped: 'this system does not tell it like Linux' }
  const bare = startProgram(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], {
    stdio: 'ignore',
  })
  await pause(500)
  const value = memoryOf(bare) ?? 0
  bare.kill('SIGKILL')
  return {
    what,
    value: memory,
    unit: 'MB',
    budget: 120,
    floor: { what: 'a Node that waits', value },
  }
}
