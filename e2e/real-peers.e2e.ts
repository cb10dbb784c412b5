import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
// oxlint-disable-next-line import/no-relative-parent-imports -- the suite that starts a real sshd is nobody's face
import { sshdMissing, startSshd, type TestSshd } from '../src-main/domains/connections/sshd.suite'
import { expect, test } from './console'
import {
  approveByHolding,
  connectAlertmanager,
  expectRun,
  goTo,
  openTicket,
  startBestRunbook,
  ticket,
} from './operator'
import { type Alertmanager, alertmanagerMissing, startAlertmanager } from './peers'

/** Takes the stale lock away and leaves a note; the words of the alert reach it as a value and as nothing else. */
const runbook = (folder: string) => `---
title: Release a stale lock
match:
  alerts: [StaleLock]
inputs:
  - { name: host, type: host, from: [host, 'label:instance'] }
  - { name: note, from: ['annotation:note'] }
target: '{{host}}'
verify: { probe: released, holds: 2, every: 1s, within: 1m, alert: resolved }
---

## Who holds it

\`\`\`sh {"name":"holder","qd.kind":"check"}
cat ${folder}/lock
\`\`\`

## Release it

\`\`\`sh {"name":"release","qd.kind":"change","qd.undo":"none"}
rm -- ${folder}/lock
echo "$QD_NOTE" >> ${folder}/notes
echo "released on behalf of: $QD_NOTE"
\`\`\`

## It is released

\`\`\`sh {"name":"released","qd.kind":"check"}
test ! -e ${folder}/lock
\`\`\`
`

test.skip(
  sshdMissing !== undefined || alertmanagerMissing !== undefined,
  [sshdMissing, alertmanagerMissing].filter(Boolean).join('; '),
)

let sshd: TestSshd | undefined // none when this is skipped
let alertmanager: Alertmanager | undefined
test.beforeEach(async () => {
  sshd = await startSshd()
})
test.afterEach(async () => {
  await alertmanager?.close()
  await sshd?.close()
})

test('an alert of a real Alertmanager is fixed over a real SSH connection and found to be right again', async ({
  console,
}) => {
  const { page, dataFolder } = console
  const host = sshd!
  const [lock, notes] = [join(host.folder, 'lock'), join(host.folder, 'notes')]
  const pwned = join(host.folder, 'pwned')
  writeFileSync(lock, 'held by batch 17\n')
  writeFileSync(join(dataFolder, 'runbooks', 'stale-lock.md'), runbook(host.folder))
  const receiver = await connectAlertmanager(page)
  await addHost(page, host)

  alertmanager = await startAlertmanager(receiver)
  const alert = {
    labels: { alertname: 'StaleLock', severity: 'critical', instance: 'batch-1' },
    annotations: { summary: 'A stale lock on batch-1', note: `batch 17 $(touch ${pwned})` },
  }
  await alertmanager.fire(alert)

  await openTicket(page, /A stale lock on batch-1/)
  await expect(ticket(page)).toContainText('Release a stale lock')
  await startBestRunbook(page)
  expect(existsSync(lock), 'nothing is changed before it is approved').toBe(true)
  await approveByHolding(page)
  await page.getByRole('button', { name: 'Look at the run' }).click()
  await expect.poll(() => existsSync(lock), 'the command ran on the host').toBe(false)
  await expect(page.getByText('It is released: held 2 of 2 times in a row')).toBeVisible()
  await expectRun(page, 'verifying') // the probe holds, and the source still says firing
  await alertmanager.resolve(alert)
  await expectRun(page, 'succeeded')
  await expect(page.getByText('the source says resolved')).toBeVisible()
  expect(readFileSync(notes, 'utf8')).toBe(`batch 17 $(touch ${pwned})\n`)
  expect(existsSync(pwned), 'a command of the alert ran').toBe(false)

  await page
    .getByRole('region', { name: 'Facts' })
    .getByRole('link', { name: 'A stale lock on batch-1' })
    .click()
  await expect(ticket(page).getByText('resolved', { exact: true }).first()).toBeVisible()
  await goTo(page, 'Audit')
  const entries = page.getByRole('grid', { name: /^Audit entries/ })
  for (const what of ['host key trusted', 'Approval used', 'Run dispatched', 'Ticket resolved'])
    await expect(entries).toContainText(what)
  expect(verifyAudit(dataFolder)).toMatch(/^The audit log is whole: \d+ entries/)
})

/** Adds the host with a key from the vault; compares and accepts the key it shows; its test passes. */
async function addHost(page: Page, { port, username, userKey, hostKey }: TestSshd): Promise<void> {
  await goTo(page, 'Connections')
  await page.getByRole('button', { name: 'Add a connection' }).first().click()
  await page.getByRole('textbox', { name: 'Name' }).fill('batch-1')
  await page.getByRole('textbox', { name: 'Host' }).fill('127.0.0.1')
  await page.getByRole('textbox', { name: 'Port' }).fill(String(port))
  await page.getByRole('textbox', { name: 'User' }).fill(username)
  await page.getByRole('radio', { name: 'Private key' }).click()
  await page.getByRole('button', { name: 'New private key' }).click()
  const vault = page.getByRole('dialog', { name: 'Add a credential' })
  await vault.getByRole('textbox', { name: 'Name' }).fill('batch-key')
  await vault.getByRole('textbox', { name: 'Private key' }).fill(userKey)
  await vault.getByRole('button', { name: 'Put it into the vault' }).click()
  await page.getByRole('button', { name: 'Keep and test' }).click()

  const prompt = page.getByRole('region', { name: 'New host key' })
  await expect(prompt.getByRole('img', { name: hostKey })).toBeVisible()
  await prompt.getByRole('button', { name: 'It is the same: accept it' }).click()
  await expect(page.getByRole('list', { name: 'Stages of the test' })).toContainText('Permission')
  await expect(page.getByText(/^passed /)).toBeVisible()
}

/** As an auditor would, beside the running console. */
function verifyAudit(dataFolder: string): string {
  return execFileSync(
    process.execPath,
    ['src-main/bin.mjs', 'audit', 'verify', '--data', dataFolder],
    { cwd: join(import.meta.dirname, '..'), encoding: 'utf8', timeout: 30_000 },
  )
}
