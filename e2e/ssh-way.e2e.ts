import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { sshdMissing, startSshd, type TestSshd } from '#peers/sshd'
import { expect, test as base } from './console'
import { goTo, skipDoors, switchTheme } from './operator'

// An operator's hosts stand in ~/.ssh/config, one behind another: they are brought in, and tested host by host.

interface Hosts {
  readonly gate: TestSshd
  readonly db: TestSshd
}

const test = base.extend<{ hosts: Hosts }>({
  hosts: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the needs of a fixture from this pattern
    async ({}, use) => {
      const home = mkdtempSync(join(tmpdir(), 'qd-home-'))
      const hosts = { gate: await startSshd(), db: await startSshd() }
      writeFiles(home, hosts)
      const before = process.env['HOME']
      process.env['HOME'] = home
      await use(hosts)
      process.env['HOME'] = before
      await hosts.gate.close()
      await hosts.db.close()
      rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    },
    { auto: true },
  ],
})

test.skip(sshdMissing !== undefined, sshdMissing ?? '')

const host = (name: string, { port }: TestSshd, key: string) =>
  `Host ${name}\n  HostName 127.0.0.1\n  Port ${port}\n  IdentityFile ~/.ssh/${key}`

function writeFiles(home: string, { gate, db }: Hosts): void {
  const at = (name: string) => join(home, '.ssh', name)
  mkdirSync(join(home, '.ssh'), { mode: 0o700 })
  writeFileSync(at('gate'), gate.userKey, { mode: 0o600 })
  writeFileSync(at('db'), db.userKey, { mode: 0o600 })
  const lines = [
    host('gate', gate, 'gate'),
    host('db-1', db, 'db'),
    '  ProxyJump gate',
    '  ForwardAgent yes',
    'Host legacy',
    '  ProxyCommand nc %h %p',
  ]
  writeFileSync(at('config'), `${lines.join('\n')}\n`)
  writeFileSync(at('known_hosts'), `[127.0.0.1]:${gate.port} ${gate.publicHostKey()}\n`)
}

test('hosts of ~/.ssh/config are brought in, and the way over a jump host is tested', async ({
  console: { page },
  hosts,
}) => {
  await skipDoors(page)
  await goTo(page, 'Connections')
  await page.getByRole('button', { name: 'From ~/.ssh/config' }).first().click()
  const row = (name: string) => page.getByRole('listitem').filter({ hasText: name })
  await expect(row('legacy')).toContainText('ProxyCommand')
  await expect(row('db-1')).toContainText(
    `over ${hosts.gate.username}@127.0.0.1:${hosts.gate.port}`,
  )
  await expect(row('gate').first()).toContainText('host key known')
  await picture(page, 'import')
  await page.getByRole('button', { name: 'Add 2 connections' }).click()
  await expect(
    page.getByRole('status').filter({ hasText: '2 connections were added' }),
  ).toBeVisible()
  await expect(row('db-1')).toContainText('added as db-1')

  await page.getByRole('option', { name: /db-1/ }).click()
  await page.getByRole('button', { name: 'Test it' }).click()
  await expect(page.getByRole('region', { name: 'New host key' })).toBeVisible()
  await expect(page.getByText('known_hosts, line 1')).toBeVisible()
  await picture(page, 'test-asks')
  await page.getByRole('button', { name: 'It is the same: accept it' }).click()
  await expect(page.getByText('Runs commands as')).toBeVisible()
  await picture(page, 'test-passed')

  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('switch', { name: /Lend the SSH agent/ }).check()
  await expect(page.getByText('Whoever is root on this host can use your keys')).toBeVisible()
  await picture(page, 'edit-alias')
  await page.getByRole('switch', { name: /name of ~\/.ssh\/config/ }).uncheck()
  await page.getByRole('button', { name: 'Go over a jump host' }).click()
  await expect(page.getByRole('textbox', { name: 'Jump host 1' })).toBeVisible()
  await picture(page, 'edit-jump')
})

/** With `QD_PICTURES=FOLDER`: what the screen looks like, in both themes. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['QD_PICTURES']
  if (folder === undefined) return
  for (const theme of ['Light', 'Dark'] as const) {
    await switchTheme(page, theme)
    await page.waitForTimeout(500)
    await page.screenshot({ path: join(folder, `${name}-${theme.toLowerCase()}.png`) })
  }
}
