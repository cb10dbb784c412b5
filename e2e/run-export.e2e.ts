import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from '@playwright/test'
import { expect, test } from './console'
import {
  approveByHolding,
  breakSomething,
  expectRun,
  goTo,
  openTicket,
  startBestRunbook,
  startDemo,
} from './operator'

test('a run that fixed it is counted for its runbook, and becomes a file that shows any change', async ({
  console: { page, dataFolder },
}) => {
  await startDemo(page)
  await breakSomething(page, 'A job locks the database')
  await openTicket(page, /orders-api/)
  await startBestRunbook(page)
  await approveByHolding(page)
  await page.getByRole('button', { name: 'Look at the run' }).click()
  await expectRun(page, 'succeeded')

  const file = await exportAs(page, /^JSON/, join(dataFolder, 'run.json'))
  expect(await quarterdeck('run', 'verify', file)).toMatch(/is as it was made/)
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('the fix is verified', 'the fox is verified'),
  )
  const changed = await quarterdeck('run', 'verify', file)
  expect(changed).toMatch(/run[.]json: (run|facts|audit): it was changed/)

  const pdf = await exportAs(page, /^PDF/, join(dataFolder, 'run.pdf'))
  expect(readFileSync(pdf).subarray(0, 5).toString()).toBe('%PDF-')
  const id = page.url().split('/').at(-1)!
  const out = join(dataFolder, 'again.json')
  const beside = await quarterdeck('run', 'export', id, '--data', dataFolder, '--out', out)
  expect(beside).toContain('Exported to')
  expect(await quarterdeck('run', 'verify', out)).toMatch(/is as it was made/)

  await goTo(page, 'Runbooks')
  await page.getByRole('combobox', { name: 'Order of the runbooks' }).selectOption('used')
  const row = page.getByRole('option', { name: /Stop a batch job that locks a database/ })
  await expect(row).toContainText('1 run: too few to say')
})

async function exportAs(page: Page, kind: RegExp, path: string): Promise<string> {
  await page.getByRole('button', { name: 'Export' }).click()
  const saved = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: kind }).click()
  await (await saved).saveAs(path)
  return path
}

/** What the command said, whether it ended well or not. */
async function quarterdeck(...args: string[]): Promise<string> {
  const program = join(import.meta.dirname, '..', 'src-main', 'bin.mjs')
  const ended = promisify(execFile)(process.execPath, [program, ...args])
  return ended.then(
    ({ stdout }) => stdout,
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  )
}
