import { createHmac } from 'node:crypto'
import type { Page } from '@playwright/test'
import { expect, test } from './console'
import { goTo, openTicket, skipDoors } from './operator'

const SECRET = 'the-secret-of-this-journey'

/** A build that failed on the default branch, as GitHub tells it. */
function failedRun(name: string): string {
  return JSON.stringify({
    action: 'completed',
    workflow_run: {
      id: 4711,
      name,
      head_branch: 'main',
      head_sha: '3484a3fb816e0859fd6e1cea078d76385ff50625',
      path: '.github/workflows/test.yml',
      event: 'push',
      status: 'completed',
      conclusion: 'failure',
      run_attempt: 1,
      html_url: 'https://github.example/shop/web/actions/runs/4711',
      created_at: new Date(Date.now() - 60_000).toISOString(),
      run_started_at: new Date(Date.now() - 60_000).toISOString(),
      updated_at: new Date().toISOString(),
    },
    workflow: { id: 1, name, path: '.github/workflows/test.yml' },
    repository: {
      full_name: 'shop/web',
      default_branch: 'main',
      html_url: 'https://github.example/shop/web',
    },
    sender: { login: 'ada' },
  })
}

async function deliver(url: string, body: string, secret: string, id: string): Promise<number> {
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'workflow_run',
    'x-github-delivery': id,
    'x-hub-signature-256': `sha256=${signature}`,
  }
  return (await fetch(url, { method: 'POST', headers, body })).status
}

/** From the empty Intake screen to a source with an address; answers it. */
async function addGithub(page: Page): Promise<string> {
  await goTo(page, 'Intake')
  await page.keyboard.press('n')
  await page.getByRole('textbox', { name: 'Find a kind of source' }).fill('github')
  await page.getByText('GitHub', { exact: true }).click()
  await page.getByRole('button', { name: 'Make its address' }).click()
  await expect(page.getByRole('heading', { level: 2, name: 'GitHub' })).toBeVisible()
  await page.getByRole('button', { name: 'Show the token' }).click()
  return (await page.getByRole('img', { name: /^http/ }).getAttribute('aria-label'))!
}

async function setSecret(page: Page, secret: string): Promise<void> {
  await page.getByRole('button', { name: /^(Set|Rotate) the secret/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').first().fill(secret)
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await expect(dialog).toBeHidden()
}

test('a source is set up, proves itself, is refused when it does not, and says why', async ({
  console,
}) => {
  const { page } = console
  await skipDoors(page)
  const url = await addGithub(page)
  await expect(page.getByText('not signed yet')).toBeVisible()
  await setSecret(page, 'a-secret-with-a-typo')
  await expect(page.getByText('every delivery is checked', { exact: true })).toBeVisible()

  // The sender signs with the right secret, and we hold a wrong one: refused, and kept.
  const body = failedRun('nightly')
  expect(await deliver(url, body, SECRET, 'd-1')).toBe(401)
  await page.getByRole('option', { name: /^Dead letters/ }).click()
  await page.getByRole('row', { name: /does not fit the body/ }).click()
  await expect(page.getByText('Why it was not read:')).toBeVisible()

  // Set right, it is read after all.
  await page.getByRole('option', { name: /^GitHub/ }).click()
  await page.getByText('Set-up', { exact: true }).click()
  await setSecret(page, SECRET)
  await page.getByRole('option', { name: /^Dead letters/ }).click()
  await page.getByRole('row', { name: /does not fit the body/ }).click()
  await page.getByRole('button', { name: 'Read it again' }).click()
  await expect(page.getByText('Its signature fits')).toBeVisible()
  await expect(page.getByText('A ticket was opened')).toBeVisible()
  await openTicket(page, /nightly/)

  // The same delivery again is the same delivery; without a signature it is nothing.
  expect(await deliver(url, body, 'wrong', 'd-2')).toBe(401)
  await goTo(page, 'Intake')
  await page.getByRole('option', { name: /^Changes/ }).click()
  await expect(page.getByRole('row', { name: /nightly/ })).toBeVisible()
})

test('a payload is explained without being taken in', async ({ console }) => {
  const { page } = console
  await skipDoors(page)
  await addGithub(page)
  await page.getByText('Try a payload', { exact: true }).click()
  await page.getByRole('textbox', { name: 'Body' }).fill(failedRun('weekly'))
  await page.getByRole('textbox', { name: 'Headers' }).fill('X-GitHub-Event: workflow_run')
  await page.getByRole('button', { name: 'Explain it' }).click()
  await expect(page.getByText('A ticket was opened')).toBeVisible()
  await goTo(page, 'Inbox')
  await expect(page.getByText('weekly')).toHaveCount(0)
})

test('a maintenance window holds an alert, and its end opens the ticket', async ({ console }) => {
  const { page } = console
  await skipDoors(page)
  await goTo(page, 'Intake')
  await page.getByRole('option', { name: /^Rules/ }).click()
  await page.keyboard.press('a')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Move of the shop')
  await dialog.getByRole('button', { name: 'Add a condition' }).click()
  await dialog.getByRole('textbox', { name: 'With what' }).fill('shop')
  await dialog.getByRole('button', { name: 'Try it on the last week' }).click()
  await expect(dialog.getByText('It would have matched nothing.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Make the rule' }).click()
  await expect(page.getByText('open now')).toBeVisible()

  await page.getByRole('option', { name: /^Alertmanager/ }).click()
  await page.getByRole('button', { name: 'Show the token' }).click()
  const url = (await page.getByRole('img', { name: /^http/ }).getAttribute('aria-label'))!
  const { postAlerts } = await import('./alerts')
  await postAlerts(url, [
    {
      labels: { alertname: 'ShopDown', severity: 'critical', service: 'shop' },
      annotations: { summary: 'The shop is down' },
    },
  ])
  await page.getByRole('option', { name: /^Rules/ }).click()
  await page.getByRole('radio', { name: /^Held back/ }).click()
  await expect(page.getByText('The shop is down')).toBeVisible()
  await page.getByRole('radio', { name: 'Rules' }).click()
  await page.getByRole('switch').first().click()
  await openTicket(page, /The shop is down/)
})
