import { expect, test } from './console'
import { goTo, openTicket, ticket } from './operator'

test('at the first start there are two doors, and an empty console says what comes next', async ({
  console: { page },
}) => {
  await expect(page.getByRole('heading', { name: 'Welcome to Quarterdeck' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Start the demo watch' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Connect a source' })).toBeVisible()
  await page.getByRole('button', { name: 'Neither now: go to the watch' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Watch' })).toBeVisible()
  for (const [screen, words] of [
    ['Inbox', 'Nothing is open'],
    ['Approvals', 'Nothing waits for an answer.'],
    ['Runs', 'No run yet'],
  ] as const) {
    await goTo(page, screen)
    await expect(page.getByText(words).first()).toBeVisible()
  }
  // The doors do not open again by themselves, but are there for who asks.
  await page.reload()
  await goTo(page, 'Watch')
  await goTo(page, 'Inbox')
  await page.getByRole('link', { name: 'Connect a source' }).click()
  await expect(page.getByRole('heading', { name: 'Welcome to Quarterdeck' })).toBeVisible()
})

test('through the second door an address is copied, and a test alert becomes a ticket', async ({
  console: { page, intake },
}) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Connect a source' }).click()
  const address = await page.getByRole('textbox', { name: 'Its address' }).inputValue()
  expect(address).toMatch(new RegExp(`^${intake()}/hooks/alertmanager/\\S{20,}$`))
  await page.getByRole('button', { name: 'Copy', exact: true }).click()
  await expect(page.getByText('Address copied')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address)

  await page.getByRole('button', { name: 'Send a test alert' }).click()
  await expect(page.getByText('It arrived.')).toBeVisible()
  await page.getByRole('link', { name: 'Open its ticket' }).click()
  await expect(ticket(page).getByRole('heading', { level: 2 })).toBeVisible()
  const title = await ticket(page).getByRole('heading', { level: 2 }).innerText()
  await goTo(page, 'Watch')
  await expect(page.getByRole('main')).toContainText(title)
  await openTicket(page, new RegExp(title.replaceAll(/[^\w ]/g, '.')))
})
