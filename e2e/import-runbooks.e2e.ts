import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './console'
import { goTo } from './operator'

const JOBS = `
- name: Restart the API
  group: ops
  description: Restarts the API when it hangs.
  options:
    - { name: unit, required: true, value: api, regex: '[a-z-]+' }
    - { name: password, secure: true, storagePath: keys/api }
  nodefilters: { filter: 'tags: web' }
  sequence:
    commands:
      - exec: systemctl restart \${option.unit}
        errorhandler: { exec: 'journalctl -u \${option.unit} -n 50' }
      - exec: mysql -p\${option.password} -e 'select 1'
  schedule: { crontab: '0 30 */6 ? Jan Mon *' }
- name: Look at the disk
  sequence: { commands: [{ exec: df -h }] }
`
const WORKFLOW = `
version: 1.0
input: [vm]
tasks:
  ask: { action: core.ask, input: { schema: { properties: { ok: { type: boolean, description: 'Really?' } } } }, next: [{ when: '<% succeeded() %>', do: build }] }
  build: { action: 'core.local cmd="echo building <% ctx(vm) %>"' }
`

test('jobs of another system become runbooks, and nothing is kept before the operator says so', async ({
  console: { page, dataFolder },
}) => {
  const folder = join(dataFolder, 'runbooks')
  await goTo(page, 'Runbooks')
  await page.getByRole('button', { name: 'Import…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Import runbooks' })
  await dialog.getByLabel('Files to import').setInputFiles([
    { name: 'jobs.yaml', mimeType: 'application/yaml', buffer: Buffer.from(JOBS) },
    { name: 'create-vm.yaml', mimeType: 'application/yaml', buffer: Buffer.from(WORKFLOW) },
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('nothing of the kind') },
  ])
  await expect(
    dialog.getByRole('list', { name: 'Runbooks to keep' }).getByRole('listitem'),
  ).toHaveCount(3)
  await expect(dialog.getByText('No runbook from notes.txt.')).toBeVisible()
  const report = dialog.getByRole('list', { name: 'Report' })
  await expect(report.getByText('option password')).toBeVisible()
  await expect(report.getByText(/A secret never becomes an input/)).toBeVisible()
  await dialog.getByRole('radio', { name: 'Runbook' }).click()
  await expect(dialog.getByText('systemctl restart "$QD_UNIT"')).toBeVisible()
  await dialog.getByLabel('Keep Look at the disk').uncheck()
  expect(readdirSync(folder)).toEqual([])

  await dialog.getByRole('button', { name: 'Keep 2 runbooks' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('heading', { name: 'Restart the API' })).toBeVisible()
  expect(readdirSync(folder).toSorted()).toEqual(['create-vm.md', 'restart-the-api.md'])

  await page.getByRole('button', { name: 'Import…' }).click()
  await dialog.getByRole('button', { name: 'Paste a text' }).click()
  await dialog.getByLabel('Text').fill(WORKFLOW.replace('input: [vm]', 'description: again'))
  await dialog.getByRole('button', { name: 'Read it' }).click()
  await expect(dialog.getByRole('list', { name: 'Runbooks to keep' })).toContainText('Pasted 1')
})
