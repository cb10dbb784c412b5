import type { Page } from '@playwright/test'
import { expect, test } from './console'
import { expectRun, ticket } from './operator'

test('by keyboard alone, a bad deployment of the demo is taken back, verified and filed', async ({
  console: { page },
}) => {
  forbidPointer(page)
  const { keyboard } = page
  await expect(page.getByRole('button', { name: 'Start the demo watch' })).toBeVisible()
  await keyboard.press('d')
  await expect(page.getByRole('region', { name: 'Demo watch' })).toContainText('all well')

  await keyboard.press('Shift+D')
  await tabTo(page, 'Break: A deployment breaks the shop')
  await keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeHidden()

  await go(page, 'i', 'Inbox')
  const row = page.getByRole('option', { name: /storefront/ })
  await expect(row).toBeVisible()
  await keyboard.press('j')
  await expect(row).toHaveAttribute('aria-selected', 'true')
  await expect(ticket(page).getByRole('heading', { level: 2 })).toContainText('storefront')
  await keyboard.press('e')
  await expect(ticket(page)).toContainText(/with .+, acknowledged|nobody’s, acknowledged/)

  await expect(page.getByRole('button', { name: 'Plan runbook' })).toBeVisible()
  await keyboard.press('p')
  const start = page.getByRole('dialog').getByRole('button', { name: 'Start the run' })
  await expect(start).toBeEnabled()
  await keyboard.press('ControlOrMeta+Enter')
  await expect(page).toHaveURL(/\/runs\/run_/)

  // Somebody's word that there is a way back, then the change itself.
  await approveByKey(page, 'Hold to say yes')
  await approveByKey(page, /^Hold to approve/)
  await expectRun(page, 'succeeded')

  await go(page, 'i', 'Inbox')
  await keyboard.press('/')
  await keyboard.type('storefront')
  await keyboard.press('Tab')
  await keyboard.press('ControlOrMeta+k')
  await keyboard.type('storefront')
  await expect(
    page
      .getByRole('dialog')
      .getByRole('option', { name: /storefront/ })
      .first(),
  ).toBeVisible()
  await keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await keyboard.press('?')
  await expect(page.getByRole('dialog')).toContainText('Go to')
  // Chromium drops a key that comes within a frame of a modal dialog's opening; nobody types that fast.
  await expect(async () => {
    await keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden({ timeout: 1000 })
  }).toPass()
  await go(page, 'w', 'Watch')
})

/** `g` and a letter lead to every screen. */
async function go(page: Page, letter: string, screen: string): Promise<void> {
  await page.keyboard.press('g')
  await page.keyboard.press(letter)
  await expect(page.getByRole('heading', { level: 1, name: screen })).toBeVisible()
}

/** From a run to what it asks, holds the key until it is given, and back to the run. */
async function approveByKey(page: Page, name: string | RegExp): Promise<void> {
  const hold = page.getByRole('button', { name })
  await expect(page.getByRole('button', { name: 'Open approval' })).toBeVisible()
  await page.keyboard.press('a')
  await expect(hold).toBeEnabled()
  await page.keyboard.press('a') // a short press decides nothing
  await expect(hold).toBeEnabled()
  await page.keyboard.down('a')
  await expect(page.getByRole('button', { name: 'Look at the run' })).toBeVisible()
  await page.keyboard.up('a')
  await page.keyboard.press('l')
  await expect(page).toHaveURL(/\/runs\/run_/)
}

/** Presses Tab until what has the focus has this name. */
async function tabTo(page: Page, name: string): Promise<void> {
  const wanted = page.getByRole('button', { name })
  await expect(wanted).toBeVisible()
  for (let presses = 0; presses < 40; presses++) {
    if (await wanted.evaluate((one) => one === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not reach ${name}`)
}

/** A journey by keyboard that used the mouse would prove nothing. */
function forbidPointer(page: Page): void {
  page.mouse.click =
    page.mouse.down =
    page.mouse.move =
      () => {
        throw new Error('this journey has no mouse')
      }
}
