import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { postAlerts } from './alerts'
import { expect, test } from './console'
import {
  approveByHolding,
  connectAlertmanager,
  expectRun,
  openRun,
  openTicket,
  startBestRunbook,
} from './operator'

/** A change that leaves a line each time it runs, and does not end before somebody lets it, or ten minutes are over. */
const runbook = (file: string) => `---
title: Rotate the journal
match:
  alerts: [JournalTooLong]
target: local
---

## Rotate it

\`\`\`sh {"name":"rotate","qd.kind":"change","qd.undo":"none"}
echo rotated >> "${file}"
for second in $(seq 600); do
  if [ -e "${file}.go" ]; then exit 0; fi
  sleep 1
done
\`\`\`

## Look at it

\`\`\`sh {"name":"look","qd.kind":"check"}
cat "${file}"
\`\`\`
`

test('after a power cut in the middle of a change a person decides, and it ran once', async ({
  console,
}) => {
  const { page, dataFolder } = console
  const file = join(dataFolder, 'journal')
  const lines = () => readFileSync(file, { encoding: 'utf8', flag: 'a+' })
  writeFileSync(join(dataFolder, 'runbooks', 'rotate-journal.md'), runbook(file))
  const address = await connectAlertmanager(page)
  await postAlerts(address, [
    { labels: { alertname: 'JournalTooLong', severity: 'warning', instance: 'desk' } },
  ])
  await openTicket(page, /JournalTooLong/)
  await startBestRunbook(page)
  const run = page.url().replace(/.*(\/runs\/\w+).*/, '$1')
  await approveByHolding(page)
  await expect.poll(lines, 'the step is in the middle of its work').toBe('rotated\n')

  await console.kill()
  await console.restart()
  writeFileSync(`${file}.go`, '') // what the console started on the host goes on without it

  await openRun(page, /Rotate the journal/)
  await expect(page).toHaveURL(new RegExp(run))
  await expectRun(page, 'outcome unknown')
  await expect(page.getByText('Outcome unknown: Rotate it')).toBeVisible()
  expect(lines(), 'nothing is repeated by itself').toBe('rotated\n')

  await page.getByRole('button', { name: 'It happened', exact: true }).click()
  const why = page.getByRole('dialog', { name: 'It happened' })
  await why.getByRole('textbox', { name: 'How do you know' }).fill('The journal has its new line.')
  await why.getByRole('button', { name: 'Go on with the next step' }).click()
  await expectRun(page, 'succeeded')
  expect(lines(), 'the change ran once').toBe('rotated\n')

  await console.restart()
  await page.goto(new URL(run, page.url()).href)
  await expectRun(page, 'succeeded')
  expect(lines(), 'and not after another start either').toBe('rotated\n')
})
