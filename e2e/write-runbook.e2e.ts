import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './console'
import { goTo, skipDoors } from './operator'

test('a runbook is written, told what is wrong with it, saved, compared and not overwritten unseen', async ({
  console: { page },
  dataFolder,
}) => {
  const file = join(dataFolder, 'runbooks', 'restart-the-mailer.md')
  await skipDoors(page)
  await goTo(page, 'Runbooks')
  await page.keyboard.press('n')
  await page.getByRole('textbox', { name: 'What it does' }).fill('Restart the mailer')
  await page.keyboard.press('Enter')
  const text = page.getByRole('textbox', { name: 'Markdown of restart-the-mailer' })
  await expect(text).toContainText('Restart the mailer')
  const result = page.getByRole('complementary', { name: 'What the text comes to' })
  await expect(result.getByRole('listitem')).toHaveCount(2)

  await text.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('\n```sh {"qd.kind":"chek"}\ntrue\n```\n')
  await result.getByRole('radio', { name: /Problems/ }).click()
  await expect(result).toContainText('Did you mean `check`?')
  await page.reload()
  await expect(text).toContainText('chek')
  await page.keyboard.press('Control+End')
  await page.keyboard.press('Control+z')
  await text.click()
  await page.keyboard.press('Control+End')
  for (let n = 0; n < 4; n += 1) await page.keyboard.press('Control+Shift+K')
  await result.getByRole('radio', { name: /Problems/ }).click()
  await expect(result).toContainText('Nothing is wrong with it.')
  await page.getByRole('textbox', { name: 'What you changed, for the history' }).fill('first one')
  await page.keyboard.press('Control+s')
  await expect(page.getByRole('heading', { level: 2, name: 'Restart the mailer' })).toBeVisible()
  expect(readFileSync(file, 'utf8')).toContain('title: "Restart the mailer"')

  await page.keyboard.press('e')
  await expect(text).toBeFocused()
  await page.keyboard.insertText('# mine\n')
  const theirs = `${readFileSync(file, 'utf8')}\nFrom outside.\n`
  writeFileSync(file, theirs)
  await expect(async () => {
    await page.keyboard.press('Control+s')
    await expect(page.getByRole('dialog', { name: 'It was changed while you wrote' })).toBeVisible({
      timeout: 2_000,
    })
  }).toPass()
  expect(readFileSync(file, 'utf8')).toBe(theirs)
  await page.getByRole('button', { name: 'Drop mine, take theirs' }).click()
  await page.getByRole('radio', { name: 'History' }).click()
  const revisions = page.getByRole('list', { name: 'Revisions' })
  await expect(revisions.getByRole('listitem')).toHaveCount(2)
  await revisions.getByRole('button', { name: /first one/ }).click()
  await expect(page.getByRole('region', { name: 'What changed since' })).toContainText(
    'From outside.',
  )
})
