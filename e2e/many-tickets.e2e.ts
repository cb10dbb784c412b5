import type { Locator, Page } from '@playwright/test'
import { openDataFolder } from '#platform/data-folder'
import { connectDatabase } from '#platform/database'
// oxlint-disable-next-line import/no-relative-parent-imports -- the suite that fills a store is nobody's face
import { seedTickets } from '../src-main/domains/tickets/ticket-seed.suite'
import { endPolitely, expect, startConsole, test as base } from './console'
import { goTo, skipDoors, ticket } from './operator'

const TICKETS = 100_000
const DEEP = 3000
/** Rows that a window of 900 px can need, with those drawn ahead on both sides. */
const MOST_DRAWN = 60

const test = base.extend({
  dataFolder: async ({ dataFolder }, use) => {
    await endPolitely(await startConsole(dataFolder)) // makes the store
    const database = connectDatabase(openDataFolder(dataFolder).database)
    await seedTickets(database, TICKETS, Date.now())
    await database.close()
    await use(dataFolder)
  },
})

test('a list of 100,000 tickets scrolls, filters and searches, and draws only what is seen', async ({
  console: { page },
}, testInfo) => {
  await skipDoors(page)
  const longTasks = await watchLongTasks(page)
  await goTo(page, 'Inbox')
  await page.getByRole('radio', { name: /^All/ }).click()
  await expect(rows(page).first()).toHaveAttribute('aria-setsize', String(TICKETS))
  const opening = await longTasks()

  await scrollTo(page, DEEP)
  expect(await rows(page).count()).toBeLessThan(MOST_DRAWN)
  const deep = await rowInTheMiddle(page)
  const title = await deep
    .getByText(/ on host-\d+/)
    .first()
    .innerText()
  await deep.click()
  await expect(ticket(page).getByRole('heading', { level: 2, name: title })).toBeVisible()

  await page.getByRole('searchbox', { name: 'Find tickets' }).fill('host 10 diskf')
  await expect(rows(page).first()).toContainText('DiskFull on host-10')
  const found = await sizeOf(page)
  expect(found).toBeGreaterThan(0)
  expect(found).toBeLessThan(TICKETS / 10)
  await page.getByRole('group', { name: 'Severities' }).getByRole('button').first().click()
  await expect.poll(() => sizeOf(page)).toBeLessThan(found)
  await page.getByRole('radio', { name: /^Open/ }).click()
  await expect(page.getByRole('radio', { name: /^Open/ })).toBeChecked()
  expect(await rows(page).count()).toBeLessThan(MOST_DRAWN)

  const later = (await longTasks()).slice(opening.length)
  const words = `long tasks (over 50 ms): ${told(opening)} while the inbox opened, ${told(later)} while it was scrolled, filtered and searched`
  testInfo.annotations.push({ type: 'long tasks', description: words })
  process.stdout.write(`${words}\n`)
})

const told = (tasks: readonly number[]) =>
  tasks.length === 0 ? 'none' : `${tasks.length} (${tasks.join(', ')} ms)`

const rows = (page: Page) => page.getByRole('listbox', { name: 'Tickets' }).getByRole('option')

async function sizeOf(page: Page): Promise<number> {
  return Number(await rows(page).first().getAttribute('aria-setsize'))
}

/** One that is drawn, by its place, once the scrolling is over: which rows are drawn changes with it. */
async function rowInTheMiddle(page: Page): Promise<Locator> {
  let row = rows(page).first()
  await expect(async () => {
    const before = await placeInTheMiddle(page)
    await page.waitForTimeout(150)
    expect(await placeInTheMiddle(page)).toBe(before)
    row = rows(page).and(page.locator(`[aria-posinset="${before}"]`))
  }).toPass()
  return row
}

async function placeInTheMiddle(page: Page): Promise<string | null> {
  const drawn = await rows(page).count()
  return rows(page)
    .nth(Math.floor(drawn / 2))
    .getAttribute('aria-posinset')
}

/** With the wheel, as far as more and more pages come, until the row with this place is drawn. */
async function scrollTo(page: Page, place: number): Promise<void> {
  await rows(page).first().hover()
  await expect(async () => {
    await page.mouse.wheel(0, 20_000)
    const last = Number(await rows(page).last().getAttribute('aria-posinset'))
    expect(last).toBeGreaterThan(place)
  }).toPass({ timeout: 45_000, intervals: [50] })
}

/** How long each task of the page took that was longer than 50 ms: the benchmark judges it, this only tells. */
async function watchLongTasks(page: Page): Promise<() => Promise<number[]>> {
  const tasks = await page.evaluateHandle(() => {
    const seen: number[] = []
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.push(Math.round(duration))
    }).observe({ type: 'longtask' })
    return seen
  })
  return () => tasks.jsonValue()
}
