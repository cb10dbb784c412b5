import { expect, test } from './console'
import { goTo, skipDoors } from './operator'
import { freePort } from './peers'

test('a host that does not answer is named with the stage that failed, and can be corrected', async ({
  console: { page },
}) => {
  await skipDoors(page)
  await goTo(page, 'Connections')
  await page.getByRole('button', { name: 'Add a connection' }).first().click()
  await page.getByRole('button', { name: 'Keep and test' }).click()
  await expect(page.getByText('It needs a name: runbooks call it by that.')).toBeVisible()

  await page.getByRole('textbox', { name: 'Name' }).fill('web-9')
  await page.getByRole('textbox', { name: 'Host' }).fill('127.0.0.1')
  await page.getByRole('textbox', { name: 'Port' }).fill(String(await freePort()))
  await page.getByRole('textbox', { name: 'User' }).fill('deploy')
  await page.getByRole('button', { name: 'Keep and test' }).click()
  const stages = page.getByRole('list', { name: 'Stages of the test' }).getByRole('listitem')
  await expect(stages.nth(1)).toContainText(/Port.*(refused|nothing|nobody)/i)
  await expect(page.getByText(/^failed /)).toBeVisible()

  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('textbox', { name: 'Host' }).fill('no-such-host.invalid')
  await page.getByRole('button', { name: 'Keep and test' }).click()
  await expect(stages.first()).toContainText(/Name.*no-such-host\.invalid/)
})
