import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { expect, test } from './console'
import { goTo } from './operator'

const PASSPHRASE = 'four words nobody guesses'
const EXPORT_PASSPHRASE = 'another four words here'

test.use({ vault: 'passphrase' })

test('a vault with a passphrase is made, holds a key pair, locks, and is carried in a file', async ({
  console: quarterdeck,
}) => {
  const { page } = quarterdeck
  await makeTheVault(page)
  await makeAKeyPair(page)
  await addAPassword(page)

  await quarterdeck.restart()
  await expect(page.getByRole('heading', { name: 'The vault is shut' })).toBeVisible()
  await unlockWith(page, 'not the right one')
  await expect(page.getByText('That is not the passphrase')).toBeVisible()
  await unlockWith(page, PASSPHRASE)
  await expect(page.getByRole('heading', { name: 'The vault is shut' })).toBeHidden()
  await openTheVault(page)

  const file = await exportAll(page)
  expect(file).toContain('quarterdeck credentials')
  expect(file).not.toContain('hunter two')

  await page.getByRole('button', { name: 'Lock it now' }).click()
  await goTo(page, 'Inbox')
  await expect(page.getByText('The vault is locked.')).toBeVisible()
})

async function makeTheVault(page: Page): Promise<void> {
  await page.getByLabel('New passphrase').fill(PASSPHRASE)
  await page.getByLabel('The same again').fill(PASSPHRASE)
  await page.getByRole('button', { name: 'Make the vault' }).click()
  await expect(page.getByRole('heading', { name: 'The vault is shut' })).toBeHidden()
}

async function openTheVault(page: Page): Promise<void> {
  await page.getByRole('link', { name: /^Vault/ }).click()
  await expect(page.getByRole('heading', { name: 'The vault is open' })).toBeVisible()
}

async function openCredentials(page: Page): Promise<void> {
  await goTo(page, 'Connections')
  await page.getByRole('radio', { name: /Credentials/ }).click()
}

async function makeAKeyPair(page: Page): Promise<void> {
  await openCredentials(page)
  await page.getByRole('button', { name: 'Add a credential' }).first().click()
  await page.getByRole('radio', { name: 'New key pair' }).click()
  await page.getByLabel('Name').fill('deploy')
  await page.getByRole('button', { name: 'Make the key pair' }).click()
  await expect(page.getByRole('region', { name: 'public half' })).toContainText('ssh-ed25519 AAAA')
}

async function addAPassword(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add a credential' }).first().click()
  await page.getByRole('radio', { name: 'Password' }).click()
  await page.getByLabel('Name').fill('db')
  await page.getByLabel('Password', { exact: true }).last().fill('hunter two')
  await page.getByRole('button', { name: 'Put it into the vault' }).click()
  await expect(page.getByRole('heading', { name: 'db' })).toBeVisible()
}

async function unlockWith(page: Page, passphrase: string): Promise<void> {
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase)
  await page.getByRole('button', { name: 'Unlock', exact: true }).click()
}

async function exportAll(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByLabel('New passphrase').fill(EXPORT_PASSPHRASE)
  await page.getByLabel('The same again').fill(EXPORT_PASSPHRASE)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Make the file' }).click()
  return readFileSync(await (await download).path(), 'utf8')
}
