import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { postAlerts } from './alerts'
import { expect, test } from './console'
import { approveByHolding, connectAlertmanager, expectRun, goTo, openTicket } from './operator'

// A runbook that is a whole flow: values from steps, several targets, a wait, a checklist, another runbook.

const fence = (language: string, attributes: object, code: string) =>
  `\`\`\`${language} ${JSON.stringify(attributes)}\n${code}\n\`\`\`\n`

const flow = (marks: string) => `---
title: Roll the caches
match:
  alerts: [CacheStale]
target: local
outputs:
  - { name: version, type: integer }
  - { name: load, type: integer, label: Load afterwards }
---

## Read the version

${fence('sh', { name: 'version', 'qd.kind': 'check', 'qd.output.version': 'json:$.version' }, `echo '{"version": 42}'`)}
## Clear the caches

Each cache fills again by itself.

${fence('sh', { name: 'clear', 'qd.kind': 'change', 'qd.undo': 'refill', 'qd.on': 'caches', 'qd.fan': 'rolling:2' }, `echo "cleared $QD_VERSION" >> "${marks}"; sleep 1`)}
${fence('sh', { name: 'refill', 'qd.kind': 'change' }, `echo refilled >> "${marks}"`)}
## Wait for both

${fence('text', { name: 'settle', 'qd.kind': 'wait', 'qd.until': 'both', 'qd.every': '200ms' }, 'Until both have written.')}
${fence('sh', { name: 'both', 'qd.kind': 'check' }, `test "$(grep -c cleared "${marks}")" = 2`)}
## Tell people

${fence('text', { name: 'tell', 'qd.kind': 'manual', 'qd.due': '30m', 'qd.assignee': 'the web team' }, 'Version {{version}} is cold now.\n\n- [ ] Tell the web team\n- [ ] Watch the hit rate')}
## Measure

${fence('text', { name: 'measure', 'qd.run': 'measure-load', 'qd.output': 'load' }, 'The load afterwards.')}`

const measure = `---
title: Measure the load
target: local
outputs:
  - { name: load, type: integer }
---

${fence('sh', { name: 'uptime', 'qd.kind': 'check', 'qd.output': 'load' }, 'echo 7')}`

test('a flow is tried dry, approved once for all targets, ticked off by hand, and gives its values on', async ({
  console: quarterdeck,
}) => {
  const { page, dataFolder } = quarterdeck
  const marks = join(dataFolder, 'marks')
  const lines = () => readFileSync(marks, { encoding: 'utf8', flag: 'a+' }).trim().split('\n')
  writeFileSync(join(dataFolder, 'runbooks', 'roll-caches.md'), flow(marks))
  writeFileSync(join(dataFolder, 'runbooks', 'measure-load.md'), measure)
  const address = await connectAlertmanager(page)
  for (const name of ['cache-1', 'cache-2']) await addThisMachine(page, name)
  await postAlerts(address, [
    { labels: { alertname: 'CacheStale', severity: 'warning', instance: 'desk' } },
  ])

  await openTicket(page, /CacheStale/)
  const plan = await openPlan(page)
  await expect(plan).toContainText('change on 2 targets')
  await expect(plan).toContainText('Calls “Measure the load”')
  await picture(page, 'flow-plan')
  await plan.getByRole('button', { name: 'Dry run: reads only' }).click()
  await expect(page.getByText('Dry run: reads only')).toBeVisible()
  await expectRun(page, 'succeeded')
  await picture(page, 'flow-dry-run')
  expect(lines(), 'a dry run changes nothing').toEqual([''])

  await openTicket(page, /CacheStale/)
  await (await openPlan(page)).getByRole('button', { name: 'Start the run' }).click()
  await expect(page).toHaveURL(/\/runs\/run_/)
  await expect(page.getByRole('button', { name: 'Open approval' })).toBeVisible()
  await picture(page, 'flow-asks')
  await approveByHolding(page)
  await picture(page, 'flow-approval')
  await page.getByRole('button', { name: 'Look at the run' }).click()

  const done = page.getByRole('button', { name: /^Done/ })
  await expect(done).toBeDisabled()
  expect(lines()).toEqual(['cleared 42', 'cleared 42'])
  await expect(page.getByText('Version 42 is cold now.')).toBeVisible()
  await expect(page.getByText(/Due in/)).toBeVisible()
  await page.getByRole('checkbox', { name: /Tell the web team/ }).click()
  await expect(done).toHaveText(/1 left/)
  await picture(page, 'flow-checklist')
  await quarterdeck.kill() // what was ticked off is kept
  const url = new URL(page.url())
  await quarterdeck.restart()
  await page.goto(new URL(url.pathname, page.url()).href)
  await expect(page.getByRole('checkbox', { name: /Tell the web team/ })).toBeChecked()
  await page.getByRole('checkbox', { name: /Watch the hit rate/ }).click()
  await expect(done).toBeEnabled()
  await done.click()
  await expectRun(page, 'succeeded')
  await expect(page.getByRole('list', { name: 'Steps of this run' })).toContainText('load = 7')
  await picture(page, 'flow-done')
})

async function addThisMachine(page: Page, name: string): Promise<void> {
  await goTo(page, 'Connections')
  await page.getByRole('button', { name: 'Add a connection' }).first().click()
  await page.getByRole('radio', { name: 'This machine' }).click()
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Tags').fill('caches,')
  await page.getByRole('button', { name: 'Keep and test' }).click()
  await expect(page.getByRole('heading', { level: 2, name })).toBeVisible()
}

async function openPlan(page: Page) {
  await page.getByRole('button', { name: 'Plan runbook' }).click()
  const plan = page.getByRole('dialog', { name: 'Roll the caches' })
  await expect(plan.getByRole('button', { name: 'Start the run' })).toBeEnabled()
  return plan
}

/** With `QD_PICTURES=FOLDER`: what the screen looks like, in both themes, wide and narrow. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['QD_PICTURES']
  if (folder === undefined) return
  for (const theme of ['dark', 'light'] as const) {
    await page.evaluate((to) => document.documentElement.setAttribute('data-theme', to), theme)
    for (const [width, height] of [
      [1440, 900],
      [800, 700],
    ] as const) {
      await page.setViewportSize({ width, height })
      await page.waitForTimeout(400)
      await page.screenshot({ path: join(folder, `${name}-${theme}-${width}.png`) })
    }
    await page.setViewportSize({ width: 1440, height: 900 })
  }
}
