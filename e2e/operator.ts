import type { Page } from '@playwright/test'
import { expect } from './console'

// What an operator does on the screens, in an operator's words.

/** The way to a screen by the rail. */
export async function goTo(page: Page, screen: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Screens' })
    .getByRole('listitem') // the foot of the rail leads to some of them as well
    .getByRole('link', { name: new RegExp(`^${screen}`) })
    .click()
  await expect(page.getByRole('heading', { level: 1, name: screen })).toBeVisible()
}

/** Through the first door: the little world runs, all of it is well. */
export async function startDemo(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start the demo watch' }).click()
  await expect(page.getByRole('region', { name: 'Demo watch' })).toContainText('all well')
}

/** Past both doors, to an empty console. */
export async function skipDoors(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Neither now: go to the watch' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Watch' })).toBeVisible()
}

/** Through the second door: answers the address that Alertmanager is given, and goes on to the watch. */
export async function connectAlertmanager(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Connect a source' }).click()
  const address = await page.getByRole('textbox', { name: 'Its address' }).inputValue()
  await page.getByRole('button', { name: 'Go to the watch' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Watch' })).toBeVisible()
  return address
}

/** Breaks a service of the demo; its alert comes by itself some seconds later. */
export async function breakSomething(page: Page, scenario: string): Promise<void> {
  await page.getByRole('button', { name: 'Break something' }).click()
  await page.getByRole('button', { name: `Break: ${scenario}` }).click()
  await expect(page.getByRole('dialog', { name: 'Break something' })).toBeHidden()
}

/** Opens the ticket whose row says this, as soon as it is in the inbox. */
export async function openTicket(page: Page, words: RegExp): Promise<void> {
  await goTo(page, 'Inbox')
  await page.getByRole('listbox', { name: 'Tickets' }).getByRole('option', { name: words }).click()
  await expect(ticket(page).getByRole('heading', { level: 2, name: words })).toBeVisible()
}

/** The open ticket, without the list beside it. */
export function ticket(page: Page) {
  return page.getByRole('region', { name: 'Ticket', exact: true })
}

/** Plans the best runbook and starts its run exactly as planned. */
export async function startBestRunbook(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Plan runbook' }).click()
  const start = page.getByRole('dialog').getByRole('button', { name: 'Start the run' })
  await expect(start).toBeEnabled()
  await start.click()
  await expect(page).toHaveURL(/\/runs\/run_/)
}

/** Opens a run from the list of runs; its row says this. */
export async function openRun(page: Page, words: RegExp): Promise<void> {
  await goTo(page, 'Runs')
  await page.getByRole('row', { name: words }).getByRole('gridcell').first().click()
  await expect(page).toHaveURL(/\/runs\/run_/)
}

/** From dark to light, or back. */
export async function switchTheme(page: Page, to: 'Dark' | 'Light'): Promise<void> {
  await page.getByRole('button', { name: `${to} theme` }).click()
  await expect(page.locator(`html[data-theme="${to.toLowerCase()}"]`)).toBeAttached()
}

/** Goes from a run to the approval it waits for, and holds the button down until it is given. */
export async function approveByHolding(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open approval' }).click()
  const hold = page.getByRole('button', { name: /^Hold to/ })
  await expect(hold).toBeEnabled()
  await hold.hover()
  await page.mouse.down()
  await expect(page.getByText('Approved: the step goes ahead')).toBeVisible()
  await page.mouse.up()
}

/** The word beside the run's name in the top bar: running, succeeded, outcome unknown … */
export async function expectRun(page: Page, word: string): Promise<void> {
  const topBar = page.getByRole('banner').filter({ has: page.getByRole('heading', { level: 1 }) })
  await expect(topBar).toContainText(word, { timeout: 60_000 })
}
