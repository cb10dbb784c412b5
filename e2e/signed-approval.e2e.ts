import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from './console'
import {
  breakSomething,
  expectRun,
  goTo,
  openTicket,
  startBestRunbook,
  startDemo,
  switchTheme,
} from './operator'

/** Where to leave pictures of what was seen; nothing is kept without it. */
const PICTURES = process.env['QD_PICTURES']

async function look(page: Page, name: string, at?: string): Promise<void> {
  if (PICTURES === undefined) return
  if (at !== undefined) await page.getByRole('heading', { name: at }).scrollIntoViewIfNeeded()
  for (const theme of ['Light', 'Dark'] as const) {
    await switchTheme(page, theme)
    await page.waitForTimeout(500)
    await page.screenshot({ path: join(PICTURES, `${name}-${theme.toLowerCase()}.png`) })
  }
}

const quarterdeck = (...words: string[]) =>
  execFileSync(process.execPath, ['src-main/bin.mjs', ...words], { encoding: 'utf8' })

test('what destroys takes a reason, is signed, and the exported history proves it', async ({
  console: { page, dataFolder },
}) => {
  await startDemo(page)
  await breakSomething(page, 'A disk quota runs full')
  await openTicket(page, /upload-api/)
  await startBestRunbook(page)
  await page.getByRole('button', { name: 'Open approval' }).click()
  await expect(page.getByText('Single-operator mode is on.')).toBeVisible()
  await expect(page.getByText('takes one approver, not who asked, with a reason')).toBeVisible()
  await look(page, 'approval-destroy')

  const hold = page.getByRole('button', { name: 'Hold to approve and sign' })
  await expect(hold).not.toBeFocused()
  await hold.hover()
  await page.mouse.down()
  const dialog = page.getByRole('dialog', { name: 'Approve this action?' })
  await expect(dialog).toBeVisible()
  await page.mouse.up()
  await dialog.getByRole('textbox').fill('The disk is full of rotated logs.')
  await dialog.getByRole('button', { name: 'Approve and sign' }).click()
  await expect(page.getByText('yes by')).toBeVisible()
  await expect(page.getByText('“The disk is full of rotated logs.”')).toBeVisible()
  await look(page, 'approval-answered')
  await page.getByRole('button', { name: 'Look at the run' }).click()
  await expectRun(page, 'succeeded')

  const [log, keys] = [join(dataFolder, 'log.jsonl'), join(dataFolder, 'keys.jsonl')]
  quarterdeck('audit', 'export', log, '--data', dataFolder)
  quarterdeck('audit', 'keys', keys, '--data', dataFolder)
  expect(quarterdeck('audit', 'verify', log, '--keys', keys)).toContain('The history is whole')
  const text = readFileSync(log, 'utf8')
  writeFileSync(log, text.replace('rotated logs.', 'cats.'))
  expect(() => quarterdeck('audit', 'verify', log, '--keys', keys)).toThrow()
})

test('a broken policy is said on every screen and starts nothing risky; a rule is said on the plan', async ({
  console: { page, dataFolder },
}) => {
  await startDemo(page)
  const policy = join(dataFolder, 'policy.yaml')
  writeFileSync(policy, 'version: 1\nrules:\n  - name: Bad Name\n')
  const banner = page.getByText('The policy file is broken: nothing that does more').first()
  await expect(banner).toBeVisible()
  await breakSomething(page, 'A service hangs')
  await openTicket(page, /checkout-api/)
  await page.getByRole('button', { name: 'Plan runbook' }).click()
  await expect(
    page
      .getByRole('dialog')
      .getByText(/is broken in line 3/)
      .first(),
  ).toBeVisible()
  await expect(page.getByRole('button', { name: 'Start the run' })).toBeDisabled()
  await page.keyboard.press('Escape')
  await goTo(page, 'Settings')
  await look(page, 'settings-broken-policy', 'Policy')

  writeFileSync(
    policy,
    'version: 1\nrules:\n  - name: two-for-services\n    effect: ask\n    when: { words: systemctl restart }\n    people: 2\n    why: Services are restarted by two.\n',
  )
  await expect(banner).toBeHidden()
  await openTicket(page, /checkout-api/)
  await startBestRunbook(page)
  await page.getByRole('button', { name: 'Open approval' }).click()
  await expect(page.getByText('Services are restarted by two.')).toBeVisible()
  await expect(page.getByText('takes 2 approvers')).toBeVisible()
  await look(page, 'approval-of-two')
  const hold = page.getByRole('button', { name: 'Hold to approve and sign' })
  await hold.hover()
  await page.mouse.down()
  await expect(page.getByText('Your yes is signed: others have to agree, too')).toBeVisible()
  await page.mouse.up()
  await expect(page.getByText('You have agreed to this already.')).toBeVisible()
  await goTo(page, 'Settings')
  await look(page, 'settings-people', 'Standing in')
  rmSync(policy)
})
