import { expect, test } from './console'
import {
  approveByHolding,
  breakSomething,
  expectRun,
  goTo,
  openTicket,
  startBestRunbook,
  startDemo,
  ticket,
} from './operator'

test('by mouse alone, a hung service of the demo is found, fixed, verified and filed', async ({
  console: { page },
}) => {
  await startDemo(page)
  await breakSomething(page, 'A service hangs')
  await openTicket(page, /checkout-api/)
  await startBestRunbook(page)
  await approveByHolding(page)
  await page.getByRole('button', { name: 'Look at the run' }).click()
  await expectRun(page, 'succeeded')
  await expect(page.getByRole('heading', { name: 'Verification: the fix holds' })).toBeVisible()
  await expect(page.getByText('the source says resolved')).toBeVisible()

  await page
    .getByRole('region', { name: 'Facts' })
    .getByRole('link', { name: /checkout-api/ })
    .click()
  await expect(ticket(page).getByText('resolved', { exact: true }).first()).toBeVisible()
  await page.getByRole('button', { name: 'End the demo' }).click()
  await expect(page.getByRole('region', { name: 'Demo watch' })).toBeHidden()

  await goTo(page, 'Audit')
  await page.getByRole('button', { name: 'Verify the chain' }).click()
  await expect(page.getByText(/^All \d+ entries are whole/)).toBeVisible()
})
