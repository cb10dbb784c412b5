import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RunId, TicketId } from '#contract/primitives'
import type { Run, RunStep } from '#contract/runs'
import type { Ticket } from '#contract/tickets'
import type { Caller } from '#platform/caller'
import { newId } from '#platform/ids'
import { createHandovers } from '.'

const NOON = Date.UTC(2026, 10, 28, 12)
const MINUTE = 60_000
const nobody = {} as Caller

const ticket = {
  id: newId<TicketId>('tkt'),
  title: 'Web is down',
  description: 'All of it.',
  status: 'escalated',
  severity: 'high',
  source: 'alertmanager',
  service: 'web',
  host: 'web-2',
  links: [],
  occurrences: 3,
  escalation: {
    at: NOON,
    by: 'Ada',
    reason: 'needs the storage team',
    toId: null,
    toName: 'Grace',
    group: 'storage',
  },
} as unknown as Ticket

const aStep = (index: number, parts: Partial<RunStep>): RunStep =>
  ({
    index,
    title: `Step ${index}`,
    purpose: 'step',
    status: 'succeeded',
    tier: 'change',
    attempt: 1,
    exitCode: 0,
    connectionName: 'web-2',
    startedAt: NOON - MINUTE,
    summary: '',
    undo: 'true',
    undoneBy: null,
    ...parts,
  }) as RunStep

const aRun = (parts: Partial<Run>): Run =>
  ({
    id: newId<RunId>('run'),
    runbookId: 'restart-it',
    runbookTitle: 'Restart it',
    status: 'unverified',
    reason: 'The fix did not show.',
    startedBy: 'Ada',
    startedAt: NOON - 2 * MINUTE,
    endedAt: NOON,
    steps: [
      aStep(0, { title: 'Restart', undoneBy: 3 }),
      aStep(1, { title: 'Drop the cache', undo: 'irreversible' }),
      aStep(2, {
        title: 'It answers',
        purpose: 'probe',
        status: 'failed',
        tier: 'read',
        exitCode: 7,
      }),
      aStep(3, { title: 'Start the old one', purpose: 'undo' }),
      aStep(4, { title: 'Never came', startedAt: null, status: 'pending' }),
    ],
    verification: {
      probe: { title: 'It answers', held: 0, needed: 2 },
      alert: null,
      deadline: NOON,
      result: 'not_verified',
    },
    may: ['undo'],
    ...parts,
  }) as Run

function handoversOf(of: Ticket, runs: readonly Run[], words = 'curl: (7) refused') {
  return createHandovers({
    clock: { now: () => NOON + 5 * MINUTE },
    tickets: { get: () => of, firingSince: async () => NOON - 30 * MINUTE } as never,
    runs: {
      list: () => ({ items: runs, next: null, total: runs.length + 2 }),
      get: ({ id }: { id: RunId }) => runs.find((run) => run.id === id)!,
      lastWords: async () => words,
    } as never,
    triage: { get: () => null },
    changes: { before: () => [] },
  })
}
const get = async (of: Ticket, runs: readonly Run[], words?: string) =>
  handoversOf(of, runs, words).get({ ticketId: of.id }, nobody)

describe('a handover', () => {
  test('says what was tried, where it got stuck, what was taken back and what is left', async () => {
    const { attempts, earlier, firingSince } = await get(ticket, [aRun({})])
    expect(firingSince).toBe(NOON - 30 * MINUTE)
    expect(earlier).toBe(2)
    expect(attempts).toMatchObject([
      {
        stuck: { title: 'It answers', exitCode: 7, lastWords: 'curl: (7) refused' },
        takenBack: ['Restart'],
        left: [{ title: 'Drop the cache', irreversible: true }],
        mayUndo: true,
      },
    ])
    expect(attempts[0]!.steps.map(({ title }) => title)).not.toContain('Never came')
  })

  test('is one page of Markdown with the same facts', async () => {
    const { markdown } = await get(ticket, [aRun({})])
    expect(markdown).toContain('firing since 2026-11-28 11:30 UTC (35 min), told 3 times')
    expect(markdown).toContain('By Ada, to Grace, storage, 2026-11-28 12:00 UTC:')
    expect(markdown).toContain('It got stuck at “It answers”, tried once, exit code 7.')
    expect(markdown).toContain('```text\ncurl: (7) refused\n```')
    expect(markdown).toContain('Still in place: “Drop the cache” (cannot be taken back).')
  })

  test('says so when nothing was tried', async () => {
    const { markdown } = await get({ ...ticket, escalation: null }, [])
    expect(markdown).toContain('No runbook was run on this ticket.')
    expect(markdown).not.toContain('Why it is handed over')
  })

  test('got stuck nowhere when the run went well', async () => {
    const verification = { probe: null, alert: null, deadline: null, result: 'verified' } as const
    const { attempts } = await get(ticket, [aRun({ status: 'succeeded', verification })])
    expect(attempts[0]!.stuck).toBeNull()
  })

  test('keeps hostile text a text: no heading, no markup, no hidden sign, no broken fence', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (title, words) => {
        const { markdown } = await get(
          { ...ticket, title, description: `x${words}` },
          [aRun({})],
          words,
        )
        const headings = markdown.replaceAll(FENCED, '').match(/^#+ /gm) ?? []
        expect(headings).toHaveLength(5)
        expect(markdown.replaceAll('\n', '')).not.toMatch(/\p{C}/u)
      }),
      { numRuns: 200 },
    )
  })
})

const FENCED = /^(`{3,})text\n[\s\S]*?\n\1$/gm
const signs = [
  '\n# x',
  '```',
  '`````',
  '\u202E',
  '\u001B[31m',
  '<script>',
  '[a](b)',
  '\r',
  'x',
  '\0',
]
const hostile = fc
  .array(fc.constantFrom(...signs), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(''))
