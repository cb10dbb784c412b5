import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import postgres from 'postgres'
import { postAlerts } from './alerts'
import { expect, test as base } from './console'
import {
  approveByHolding,
  connectAlertmanager,
  expectRun,
  goTo,
  openTicket,
  startBestRunbook,
  switchTheme,
} from './operator'

const peer = process.env['QD_TEST_POSTGRES']
/** A folder for pictures, for whoever wants to look at the screens. */
const LOOK = process.env['QD_LOOK']
const table = `held_orders_${process.pid}`

const RUNBOOK = `---
title: Release held orders
match: { alerts: [OrdersHeld] }
inputs:
  - { name: customer, from: ['label:customer'] }
  - { name: most, type: integer, default: 100 }
target: orders-db
verify: { probe: released }
---
## What is held

\`\`\`sql {"name":"look","qd.kind":"check","qd.expect":"1..10"}
select id, customer, held_by, total from ${table} where customer = {{customer}}
\`\`\`

## Release them

\`\`\`sql {"name":"release","qd.kind":"change","qd.expect":"1..3","qd.undo":"irreversible"}
update ${table} set held_by = null
where customer = {{customer}}
  and total < {{most}}
\`\`\`

## None is held any more

\`\`\`sql {"name":"released","qd.kind":"check","qd.expect":"0"}
select id from ${table} where customer = {{customer}} and held_by is not null
\`\`\`
`

const test = base.extend({
  dataFolder: async ({ dataFolder }, use) => {
    mkdirSync(join(dataFolder, 'runbooks'), { recursive: true })
    writeFileSync(join(dataFolder, 'runbooks', 'release-held-orders.md'), RUNBOOK)
    await use(dataFolder)
  },
})

test.skip(!peer, 'QD_TEST_POSTGRES names no PostgreSQL')

test('an operator adds a database, and a step of a runbook changes exactly what was approved', async ({
  console: { page },
}) => {
  const sql = postgres(peer!, { max: 1 })
  await sql`create table ${sql(table)} (id int, customer text, held_by text, total numeric(8,2))`
  const customer = "O'Hara'; drop table orders; --"
  await sql`insert into ${sql(table)} values (1, ${customer}, 'batch 17', 12.5), (2, ${customer}, 'batch 17', 80), (3, 'Miller', 'batch 17', 1)`
  try {
    const receiver = await connectAlertmanager(page)
    await addDatabase(page)
    const labels = { alertname: 'OrdersHeld', customer, severity: 'critical' }
    await postAlerts(receiver, [{ labels, annotations: { summary: 'Orders are held' } }])
    await openTicket(page, /Orders are held/)
    await startBestRunbook(page)
    await lookAtApproval(page)
    await page.goBack()
    await approveByHolding(page)
    await page.getByRole('button', { name: 'Look at the run' }).click()
    await expectRun(page, 'succeeded')
    await lookInBothThemes(page, 'run')
    const held = await sql`select id from ${sql(table)} where held_by is not null`
    expect(held.map(({ id }) => id as number)).toEqual([3])
  } finally {
    await sql`drop table ${sql(table)}`
    await sql.end()
  }
})

async function addDatabase(page: Page): Promise<void> {
  const address = new URL(peer!)
  await goTo(page, 'Connections')
  await page.getByRole('button', { name: 'Add a connection' }).first().click()
  await page.getByRole('radio', { name: 'A web service' }).click()
  await lookInBothThemes(page, 'form-http')
  await page.getByRole('radio', { name: 'PostgreSQL' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('orders-db')
  await page.getByRole('textbox', { name: 'Host' }).fill(address.hostname)
  await page.getByRole('textbox', { name: 'Port' }).fill(address.port)
  await page.getByRole('textbox', { name: 'Database' }).fill('postgres')
  await page.getByRole('textbox', { name: 'User' }).fill(address.username)
  await lookInBothThemes(page, 'form-postgres')
  await page.getByRole('radio', { name: 'Off' }).click()
  await page.getByRole('button', { name: 'Keep and test' }).click()
  const stages = page.getByRole('list', { name: 'Stages of the test' })
  await expect(stages).toContainText('on PostgreSQL')
  await expect(page.getByText(/^passed /)).toBeVisible()
  await lookInBothThemes(page, 'tested')
}

async function lookAtApproval(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open approval' }).click()
  const bytes = page.getByRole('region', { name: 'Exact action' })
  await expect(bytes).toContainText('where customer = $1')
  await expect(bytes).toContainText("O'Hara'; drop table orders; --")
  await expect(page.getByRole('region', { name: 'The database’s plan' })).toContainText('Update on')
  await lookInBothThemes(page, 'approval')
}

async function lookInBothThemes(page: Page, name: string): Promise<void> {
  if (!LOOK) return
  for (const theme of ['Light', 'Dark'] as const) {
    await switchTheme(page, theme)
    await page.waitForTimeout(500)
    await page.screenshot({ path: join(LOOK, `${name}-${theme}.png`), animations: 'disabled' })
  }
}
