// `npm run screenshots`: the pictures of the README, taken of the real product with its demo watch on.
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from './console'
import {
  approveByHolding,
  breakSomething,
  expectRun,
  goTo,
  openTicket,
  startBestRunbook,
  startDemo,
  switchTheme,
} from './operator'

const PICTURES = join(import.meta.dirname, '..', 'resources', 'screenshots')
const MOST_BYTES = 300_000

test('the pictures of the README', async ({ console: { page } }) => {
  test.setTimeout(300_000)
  mkdirSync(PICTURES, { recursive: true })
  await makeAHistory(page)
  await takeWorkInHand(page)
})

/** A fix that is done, so that the figures have something to say. */
async function makeAHistory(page: Page): Promise<void> {
  await startDemo(page)
  await breakSomething(page, 'A job locks the database')
  await openTicket(page, /orders-api/)
  await startBestRunbook(page)
  await approveByHolding(page)
  await page.getByRole('button', { name: 'Look at the run' }).click()
  await expectRun(page, 'succeeded')
}

/** Three things are broken: one waits for an answer, one is being fixed, one is new. */
async function takeWorkInHand(page: Page): Promise<void> {
  for (const scenario of [
    'A service hangs',
    'A disk quota runs full',
    'A deployment breaks the shop',
  ])
    await breakSomething(page, scenario)
  await openTicket(page, /checkout-api/)
  await startBestRunbook(page)
  await expect(page.getByRole('button', { name: 'Open approval' })).toBeVisible()
  await openTicket(page, /upload-api/)
  await startBestRunbook(page)
  await expect(page.getByRole('button', { name: 'Open approval' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Messages' })).toBeHidden()

  await inBothThemes(page, 'run')
  await openTicket(page, /storefront/)
  await inBothThemes(page, 'inbox')
  await goTo(page, 'Approvals')
  await page.getByRole('option', { name: /Restart it/ }).click()
  await inBothThemes(page, 'approval')
  await goTo(page, 'Watch')
  await inBothThemes(page, 'watch')
}

async function inBothThemes(page: Page, name: string): Promise<void> {
  for (const theme of ['Light', 'Dark'] as const) {
    await switchTheme(page, theme)
    await page.mouse.move(720, 899)
    await page.waitForTimeout(600) // colours change softly
    const path = join(PICTURES, `${name}-${theme.toLowerCase()}.png`)
    await page.screenshot({ path, animations: 'disabled' })
    const { size } = statSync(path)
    if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes`)
    process.stdout.write(`${name}-${theme.toLowerCase()}.png ${Math.round(size / 1000)} kB\n`)
  }
}
