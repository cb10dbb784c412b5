import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { RunbookId } from '#contract/primitives'
import { classify } from '#domains/risk'
import { assessStep, createRanking, parseRunbook, type Ranking } from '.'

const folder = join(import.meta.dirname, '../../../resources/runbooks')
const ids = readdirSync(folder)
  .filter((file) => file.endsWith('.md') && file !== 'README.md')
  .map((file) => file.slice(0, -'.md'.length) as RunbookId)
const read = (id: RunbookId) => {
  const markdown = readFileSync(join(folder, `${id}.md`), 'utf8')
  return { markdown, ...parseRunbook(id, markdown, classify) }
}
/** Looks at a host from another one, which cannot be done without asking it. */
const REACHES_OUT = new Set(['ssh-unreachable'])

test('enough runbooks are shipped', () => {
  expect(ids.length).toBeGreaterThanOrEqual(15)
})

describe.each(ids)('the shipped runbook %s', (id) => {
  const { runbook, problems } = read(id)
  const steps = runbook?.steps ?? []
  const runnable = steps.filter(({ kind }) => kind === 'check' || kind === 'change')

  test('has no error and no warning', () => {
    expect(problems).toEqual([])
  })

  test('says what it is for, where it runs, what it is found by and how the fix shows', () => {
    expect(runbook!.description.length).toBeGreaterThan(40)
    expect(runbook!.target).not.toBeNull()
    expect(runbook!.match.alerts.length).toBeGreaterThan(0)
    expect(runbook!.match.words.length).toBeGreaterThan(2)
    expect(runbook!.verify).not.toBeNull()
  })

  test('looks before it changes, with checks that only read', () => {
    expect(steps[0]!.kind).toBe('check')
    const tiers = runnable.flatMap((step) =>
      step.kind === 'check' ? [[step.name, assessStep(step, classify).tier]] : [],
    )
    const allowed = REACHES_OUT.has(id) ? ['read', 'reach_out'] : ['read']
    expect(tiers.filter(([, tier]) => !allowed.includes(tier!))).toEqual([])
  })

  test.each(runnable.map(({ name, language, code }) => ({ name, language, code })))(
    'has a step $name that its shell can read',
    ({ language, code }) => {
      const { status, stderr } = spawnSync(language, ['-n', '-c', code], { encoding: 'utf8' })
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    },
  )

  test('never prompts for a password and never reaches for a shell of its own', () => {
    const code = runnable.map((step) => step.code).join('\n')
    expect(code).not.toMatch(/\bsudo (?!-n )/)
    expect(code).not.toMatch(/\b(sh|bash) -c\b|\beval\b/)
  })
})

describe('every shipped runbook is found', () => {
  let ranking: Ranking
  beforeAll(() => {
    ranking = createRanking(
      ids.map((id) => {
        const { runbook, body } = read(id)
        const { title, match, tags } = runbook!
        return {
          id,
          title,
          body,
          alerts: match.alerts,
          words: [...match.words, ...tags],
          labels: match.labels,
        }
      }),
    )
  })
  const alerts = ids.flatMap(
    (id) => read(id).runbook?.match.alerts.map((alert) => [alert, id] as const) ?? [],
  )

  test.each(alerts)('by the alert %s: %s', (alertName, id) => {
    const found = ranking.rank({ alertName, text: '', labels: {} }, 3)
    expect(found.map(({ runbookId }) => runbookId)).toContain(id)
  })
})
