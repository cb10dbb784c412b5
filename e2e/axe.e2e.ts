import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './console'
import {
  breakSomething,
  expectRun,
  goTo,
  openRun,
  openTicket,
  skipDoors,
  startBestRunbook,
  startDemo,
  switchTheme,
} from './operator'

/** Looks at what is on screen, and keeps what axe calls serious or critical. */
type Look = (where: string) => Promise<void>

/** WCAG 2.2 AA, which is what we promise, and what axe holds for good practice besides. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const BAD: ReadonlySet<unknown> = new Set(['serious', 'critical'])

test('axe finds nothing serious on the screens of an empty console, dark and light', async ({
  console: { page },
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' }) // a hint that fades in is no colour of ours
  const { look, found } = lookFor(page)
  await bothThemes(page, async (theme) => {
    await look(`${theme}: both doors`)
    await page.getByRole('button', { name: 'Connect a source' }).click()
    await look(`${theme}: second door`)
    await page.getByRole('button', { name: 'Back' }).click()
  })
  await skipDoors(page)
  await bothThemes(page, async (theme) => {
    for (const screen of ['Watch', 'Inbox', 'Approvals', 'Runs', 'Connections', 'Intake']) {
      await goTo(page, screen)
      await look(`${theme}: empty ${screen}`)
    }
    await page.getByRole('link', { name: /^Vault/ }).click()
    await look(`${theme}: Vault`)
  })
  expect(found).toEqual([])
})

test('axe finds nothing serious on any screen with content, dark and light', async ({
  console: { page },
}) => {
  test.setTimeout(300_000)
  await page.emulateMedia({ reducedMotion: 'reduce' }) // as above
  const { look, found } = lookFor(page)
  await fill(page)
  await bothThemes(page, async (theme) => {
    const here: Look = (where) => look(`${theme}: ${where}`)
    await lookAtWork(page, here)
    await lookAtKnowledge(page, here)
    await lookAtEverywhere(page, here)
  })
  expect(found).toEqual([])
})

function lookFor(page: Page): { look: Look; found: readonly string[] } {
  const found: string[] = []
  const look: Look = async (where) => {
    await settled(page)
    const { violations } = await new AxeBuilder({ page })
      .options({ resultTypes: ['violations'] })
      .withTags(RULES)
      .analyze()
    for (const { id, impact, nodes } of violations.filter((one) => BAD.has(one.impact)))
      for (const { target, failureSummary } of nodes.slice(0, 3))
        found.push(`${where}: ${impact} ${id} at ${target.join(' ')}: ${failureSummary}`)
  }
  return { look, found }
}

async function bothThemes(page: Page, walk: (theme: string) => Promise<void>): Promise<void> {
  await walk('dark')
  await switchTheme(page, 'Light')
  await walk('light')
  await switchTheme(page, 'Dark')
}

/** Something of everything: healthy and broken services, tickets, a run that waits, one that ended. */
async function fill(page: Page): Promise<void> {
  await startDemo(page)
  for (const scenario of [
    'A service hangs',
    'A job locks the database',
    'An alert attacks the operator',
  ])
    await breakSomething(page, scenario)
  await openTicket(page, /checkout-api(?!.* took )/) // a slow machine is told of as well
  await startBestRunbook(page)
  await expect(page.getByRole('button', { name: 'Open approval' })).toBeVisible()
  await openTicket(page, /orders-api/)
  await startBestRunbook(page)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the run' }).click()
  await expectRun(page, 'cancelled')
}

async function lookAtWork(page: Page, look: Look): Promise<void> {
  await goTo(page, 'Watch')
  await look('watch')
  await openTicket(page, /mail-relay/)
  await look('inbox with a hostile ticket')
  await page.getByRole('button', { name: /^Snooze/ }).click()
  await expect(page.getByRole('menu')).toBeVisible()
  await look('snooze menu')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Plan runbook' }).click()
  await expect(
    page.getByRole('dialog').getByRole('button', { name: 'Start the run' }),
  ).toBeVisible()
  await look('plan')
  await page.getByRole('button', { name: 'Not now' }).click()
  await goTo(page, 'Approvals')
  await expect(page.getByRole('button', { name: /^Hold to approve/ })).toBeVisible()
  await look('approval')
  await page.getByRole('button', { name: 'Reject' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('reject')
  await page.keyboard.press('Escape')
  await goTo(page, 'Runs')
  await look('runs')
  for (const run of ['cancelled', 'waiting']) {
    await openRun(page, new RegExp(run))
    await look(`a ${run} run`)
  }
}

async function lookAtKnowledge(page: Page, look: Look): Promise<void> {
  await goTo(page, 'Runbooks')
  await page.getByRole('listbox', { name: 'Runbooks' }).getByRole('option').first().click()
  await look('runbooks')
  await goTo(page, 'Connections')
  await look('connection')
  await page.getByRole('radio', { name: /^Credentials/ }).click()
  await page.getByRole('option').first().click()
  await look('credential')
  await page.getByRole('button', { name: 'Add a credential' }).first().click()
  await expect(page.getByRole('dialog', { name: 'Add a credential' })).toBeVisible()
  await look('new credential')
  await page.keyboard.press('Escape')
  await page.getByRole('radio', { name: /^Connections/ }).click()
  await page.getByRole('button', { name: 'Add a connection' }).first().click()
  await look('new connection')
  await goTo(page, 'Intake')
  await look('intake')
  await page.getByRole('button', { name: 'Add a source' }).click()
  await look('new source')
  await goTo(page, 'Audit')
  await page.getByRole('button', { name: 'Verify the chain' }).click()
  await expect(page.getByText(/entries are whole/)).toBeVisible()
  await look('audit')
  await page.getByRole('row').nth(1).getByRole('gridcell').nth(1).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('audit entry')
  await page.keyboard.press('Escape')
  await goTo(page, 'Settings')
  await look('settings')
}

async function lookAtEverywhere(page: Page, look: Look): Promise<void> {
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('keys')
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+k')
  await expect(page.getByRole('combobox', { name: 'Search or run a command' })).toBeVisible()
  await look('palette')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Break something' }).click()
  await look('scenarios')
  await page.keyboard.press('Escape')
}

/** Colours that are on their way to their end are nobody's last word. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const short = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().iterations !== Infinity)
    await Promise.allSettled(short.map((one) => one.finished))
  })
}
