import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RunId } from '#contract/primitives'
import type { Run } from '#contract/runs'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import { openFolder, openWorld, runbook, step, type World } from './run-world.suite'

const PROBE = 'verify:\n  probe: good\n  holds: 2\n  every: 20ms\n  within: 3s\n'

const phases = (run: Run) => run.steps.map(({ status }) => status)

describe.each(stores)('a run on $name', { timeout: 20_000 }, ({ open }) => {
  let database: Database
  let folder: Awaited<ReturnType<typeof openFolder>>
  let world: World

  beforeEach(async () => {
    database = await open()
    folder = await openFolder()
    world = await openWorld(database, folder.path)
  })
  afterEach(async () => {
    await world.close()
    await database.close()
    await folder.remove()
  })

  const mark = (name: string) => `echo ${name} >> ${folder.marks}`
  /** Stops as a console does that is closed, and starts another one on the same store. */
  async function restart(console?: string): Promise<void> {
    await world.close()
    world = await openWorld(database, folder.path, undefined, console)
    await world.runs.recover()
  }
  const slow = () => `${mark('begin')}; sleep 0.6; ${mark('end')}`
  const fix = step('fix', { kind: 'change', undo: 'irreversible' }, 'true')
  const good = step('good', { kind: 'check' }, 'true')
  const approveNext = async (id: RunId) => world.answer(await world.asked(id))

  test('checks, asks, changes, verifies and resolves the ticket', async () => {
    const ticketId = await world.alert('firing')
    const steps = [
      step('look', { kind: 'check' }, 'uptime'),
      step('fix', { kind: 'change', undo: 'none' }, mark('fix')),
      step('good', { kind: 'check' }, `cat ${folder.marks}`),
    ]
    const { id } = await world.start(runbook(steps, PROBE), ticketId)
    expect(await world.tickets.find(ticketId)).toMatchObject({ activeRunId: id })
    const approval = await world.asked(id)
    expect(approval).toMatchObject({ stepTitle: 'fix', checksPassed: { count: 1 } })
    expect(approval.frozen!.action).toMatchObject({ script: mark('fix') })
    expect(await folder.marked()).toEqual([])
    await world.answer(approval)
    const run = await world.until(id, 'succeeded')
    expect(run.verification).toMatchObject({ result: 'verified', probe: { held: 2, needed: 2 } })
    expect(await folder.marked()).toEqual(['fix'])
    expect(await world.tickets.find(ticketId)).toMatchObject({ status: 'resolved' })
    expect(await world.timeline(ticketId)).toEqual(
      expect.arrayContaining([
        'Approval asked for “fix”',
        '“fix” succeeded',
        'The fix is verified',
      ]),
    )
    expect(await world.audit.verify({}, world.caller)).toMatchObject({ ok: true })
    const history = await world.runs.history({ id }, world.caller)
    expect(history.map(({ seq }) => seq)).toEqual(history.map((_, n) => n + 1))
  })

  test('a change is never run without an answer, and a no stops the run', async () => {
    const ticketId = await world.alert('firing')
    const fixes = step('fix', { kind: 'change', undo: 'none' }, mark('fix'))
    const { id } = await world.start(runbook([fixes]), ticketId)
    await world.answer(await world.asked(id), 'reject')
    const run = await world.until(id, 'failed')
    expect(run.reason).toContain('not approved: Rejected by ada')
    expect(phases(run)).toEqual(['rejected'])
    expect(await folder.marked()).toEqual([])
    expect(await world.tickets.find(ticketId)).toMatchObject({ status: 'open', activeRunId: null })
  })

  test('a check that does more than it claims is asked for', async () => {
    const { id } = await world.start(runbook([step('look', { kind: 'check' }, mark('look'))]))
    expect(await world.asked(id)).toMatchObject({ frozen: { tier: 'change' } })
    expect(await folder.marked()).toEqual([])
  })

  test('nobody answering is a no, and the ticket goes to somebody else', async () => {
    const ticketId = await world.alert('firing')
    const { id } = await world.start(runbook([fix]), ticketId)
    const approval = await world.asked(id)
    world.later(16 * 60_000)
    await expect(world.answer(approval)).rejects.toMatchObject({ code: 'expired' })
    await world.until(id, 'failed')
    expect(await world.tickets.find(ticketId)).toMatchObject({ status: 'escalated' })
  })

  test('says what it did not verify, and leaves that ticket as it was', async () => {
    const ticketId = await world.alert('firing')
    const { id } = await world.start(runbook([good]), ticketId)
    const run = await world.until(id, 'succeeded')
    expect(run.verification.result).toBe('nothing_to_verify')
    expect(await world.tickets.find(ticketId)).toMatchObject({ status: 'open' })
  })

  test('waits until the source says that it is right again', async () => {
    const ticketId = await world.alert('firing')
    const verify = 'verify:\n  alert: resolved\n  within: 1m\n'
    const { id } = await world.start(runbook([good], verify), ticketId)
    await world.until(id, 'verifying')
    await world.alert('resolved')
    const run = await world.until(id, 'succeeded')
    expect(run.verification).toMatchObject({ result: 'verified', alert: { resolved: true } })
    expect(await world.tickets.find(ticketId)).toMatchObject({ status: 'resolved' })
  })

  test('a fix that does not show is escalated with the evidence, and can be taken back', async () => {
    const ticketId = await world.alert('firing')
    const steps = [
      step('one', { kind: 'change', undo: 'back-one' }, mark('one')),
      step('two', { kind: 'change', undo: 'back-two' }, mark('two')),
      step('back-one', { kind: 'change' }, mark('back-one')),
      step('back-two', { kind: 'change' }, mark('back-two')),
      step('good', { kind: 'check' }, 'echo no; false'),
    ]
    const { id } = await world.start(runbook(steps, PROBE.replace('3s', '100ms')), ticketId)
    await approveNext(id)
    await approveNext(id)
    const run = await world.until(id, 'unverified')
    expect(run.reason).toContain('“good” did not hold: Exit code 1')
    expect(run.may).toContain('undo')
    expect(await world.tickets.find(ticketId)).toMatchObject({
      status: 'escalated',
      escalation: { by: 'quarterdeck', reason: run.reason },
    })
    expect(await world.lines(ticketId)).toContainEqual({
      title: expect.stringMatching(/^“good” was the last word: tried /),
      detail: expect.stringMatching(/^no(\nno)*$/),
    })
    await world.runs.undo({ id }, world.caller)
    expect(await world.asked(id)).toMatchObject({ purpose: 'undo', stepTitle: 'back-two' })
    await expect(world.runs.cancel({ id }, world.caller)).rejects.toMatchObject({
      code: 'conflict',
    })
    await approveNext(id)
    await approveNext(id)
    await world.until(id, 'undone')
    expect(await folder.marked()).toEqual(['one', 'two', 'back-two', 'back-one'])
  })

  test('goes on from the failed step, in the same snapshot, without doing again what is done', async () => {
    const gate = `${folder.path}/gate`
    const steps = [
      step('one', { kind: 'change', undo: 'none' }, mark('one')),
      step('two', { kind: 'check' }, `test -e ${gate}`),
      step('three', { kind: 'change', undo: 'none' }, mark('three')),
    ]
    const { id } = await world.start(runbook(steps))
    await approveNext(id)
    expect(phases(await world.until(id, 'failed'))).toEqual(['succeeded', 'failed', 'pending'])
    await world.connections.perform(await action(`touch ${gate}`), {
      signal: new AbortController().signal,
      onOutput: () => {},
    })
    await world.runs.retry({ id }, world.caller)
    await approveNext(id)
    await world.until(id, 'succeeded')
    expect(await folder.marked()).toEqual(['one', 'three'])
  })

  async function action(script: string) {
    const here = (await world.connections.resolve('local'))!
    const target = world.connections.toTarget(here)
    const rest = { version: 1 as const, env: [], cwd: null, pty: false, timeoutMs: 5000 }
    return { ...rest, target, interpreter: ['/bin/sh', '-c'], script }
  }

  test('a snapshot that was changed in the store is not gone on with', async () => {
    const { id } = await world.start(runbook([step('two', { kind: 'check' }, 'false')]))
    await world.until(id, 'failed')
    const tables = database.db.withTables<{ runs: { id: string; snapshot: string } }>()
    const { snapshot } = await tables
      .selectFrom('runs')
      .select('snapshot')
      .executeTakeFirstOrThrow()
    const changed = snapshot.replaceAll('"false"', '"uptime"')
    await tables.updateTable('runs').set({ snapshot: changed }).execute()
    const retried = world.runs.retry({ id }, world.caller)
    await expect(retried).rejects.toMatchObject({ code: 'conflict' })
  })

  test('a read that fails is tried again after a pause', async () => {
    const flaky = `${mark('try')}; test "$(wc -l < ${folder.marks})" -ge 3`
    const again = step('look', { kind: 'check', retry: '3/10ms', idempotent: true }, flaky)
    const { id } = await world.start(runbook([again]))
    for (let n = 0; n < 3; n += 1) await approveNext(id)
    const run = await world.until(id, 'succeeded')
    expect(run.steps[0]).toMatchObject({ attempt: 3, maxAttempts: 4 })
  })

  test('a check that exits with 2 warns and goes on, and a later step may look at that', async () => {
    const steps = [
      step('look', { kind: 'check' }, 'exit 2'),
      step('only-then', { kind: 'check', when: 'previous.exit == 2' }, 'true'),
      step('not-now', { kind: 'check', when: 'steps.look.exit == 0' }, 'true'),
    ]
    const { id } = await world.start(runbook(steps))
    expect(phases(await world.until(id, 'succeeded'))).toEqual(['warned', 'succeeded', 'skipped'])
  })

  test('people do manual steps, gates wait for consent, and what is told is on the timeline', async () => {
    const ticketId = await world.alert('firing')
    const steps = [
      step('call', { kind: 'manual' }, 'Call the datacentre.'),
      step('consent', { kind: 'approval' }, 'May we go on?'),
      step('tell', { kind: 'notify' }, 'We are at it.'),
      step('pause', { kind: 'wait', timer: '20ms' }, 'A moment.'),
    ]
    const { id } = await world.start(runbook(steps), ticketId)
    const called = await world.untilStep(id, 0, 'awaiting_person')
    expect(called.steps[0]!.description).toContain('Call the datacentre.')
    expect(called.may).toContain('complete')
    const done = { id, stepIndex: 0, outcome: 'done', note: 'They know.' } as const
    await world.runs.complete(done, world.caller)
    await expect(world.runs.complete(done, world.caller)).rejects.toMatchObject({
      code: 'conflict',
    })
    const approval = await world.asked(id)
    expect(approval).toMatchObject({ purpose: 'gate', frozen: null, prompt: 'May we go on?' })
    await world.answer(approval)
    await world.until(id, 'succeeded')
    expect(await world.approvals.find(approval.id)).toMatchObject({ status: 'used' })
    expect(await world.timeline(ticketId)).toContain('“tell”')
  })

  test('waits until a check holds', async () => {
    const gate = `${folder.path}/gate`
    const steps = [
      step('ready', { kind: 'wait', until: 'there', every: '20ms', timeout: '5s' }, 'A moment.'),
      step('there', { kind: 'check' }, `test -e ${gate}`),
    ]
    const { id } = await world.start(runbook(steps))
    await world.untilStep(id, 0, 'waiting')
    const signal = new AbortController().signal
    await world.connections.perform(await action(`touch ${gate}`), { signal, onOutput: () => {} })
    const run = await world.until(id, 'succeeded')
    expect(run.steps[1]).toMatchObject({ purpose: 'probe', status: 'succeeded' })
  })

  test('a change is proved before the next step', async () => {
    const steps = [
      step('one', { kind: 'change', undo: 'none', verify: 'proof' }, mark('one')),
      step('two', { kind: 'change', undo: 'none' }, mark('two')),
      step('proof', { kind: 'check' }, 'false'),
    ]
    const { id } = await world.start(runbook(steps))
    await approveNext(id)
    const run = await world.until(id, 'failed')
    expect(run.reason).toContain('“proof” failed')
    expect(await folder.marked()).toEqual(['one'])
  })

  test('cancelling ends what runs, with everything it started', async () => {
    const long = `${mark('begin')}; sleep 30; ${mark('end')}`
    const { id } = await world.start(
      runbook([step('slow', { kind: 'change', undo: 'none' }, long)]),
    )
    await approveNext(id)
    await vi.waitFor(async () => expect(await folder.marked()).toEqual(['begin']), 5000)
    await world.runs.cancel({ id }, world.caller)
    const run = await world.until(id, 'cancelled')
    expect(phases(run)).toEqual(['cancelled'])
    expect(await folder.marked()).toEqual(['begin'])
  })

  test('cancelling takes back what was asked for', async () => {
    const { id } = await world.start(runbook([fix]))
    const approval = await world.asked(id)
    await world.runs.cancel({ id }, world.caller)
    await world.until(id, 'cancelled')
    await expect(world.answer(approval)).rejects.toMatchObject({ code: 'conflict' })
    expect(await world.approvals.find(approval.id)).toMatchObject({ status: 'withdrawn' })
  })

  test('a pause holds at the next border, also what is approved meanwhile', async () => {
    const { id } = await world.start(
      runbook([step('one', { kind: 'change', undo: 'none' }, mark('one'))]),
    )
    const approval = await world.asked(id)
    const { connectionId } = approval.frozen!.action.target
    const removed = async () => world.connections.remove({ id: connectionId }, world.caller)
    await expect(removed()).rejects.toThrow(/still uses it/)
    await world.runs.pauseAll('the lid was closed')
    await world.answer(approval)
    await world.untilStep(id, 0, 'waiting')
    expect(await world.get(id)).toMatchObject({
      status: 'paused',
      reason: 'Paused, by quarterdeck: the lid was closed',
    })
    expect(await folder.marked()).toEqual([])
    await world.runs.resume({ id }, world.caller)
    await world.until(id, 'succeeded')
    expect(await folder.marked()).toEqual(['one'])
  })

  test('on one target one change at a time, reads as they come', async () => {
    const brief = `${mark('begin')}; sleep 0.3; ${mark('end')}`
    const book = runbook([step('slow', { kind: 'change', undo: 'none' }, brief)])
    const runs = await Promise.all([world.start(book), world.start(book), world.start(book)])
    await Promise.all(runs.map(({ id }) => approveNext(id)))
    await world.until((await world.start(runbook([good]))).id, 'succeeded')
    for (const { id } of runs) await world.until(id, 'succeeded')
    expect(await folder.marked()).toEqual(['begin', 'end', 'begin', 'end', 'begin', 'end'])
  })

  test('goes its way while the source and people talk about the same ticket', async () => {
    const ticketId = await world.alert('firing')
    const steps = Array.from({ length: 6 }, (_, n) => step(`s${n}`, { kind: 'manual' }, 'Do it.'))
    const { id } = await world.start(runbook(steps), ticketId)
    const talk = async (n: number) => {
      await world.alert('firing')
      await world.tickets.comment({ id: ticketId, text: `Comment ${n}` }, world.caller)
    }
    for (let index = 0; index < steps.length; index += 1) {
      const done = { id, stepIndex: index, outcome: 'done', note: '' } as const
      await world.untilStep(id, index, 'awaiting_person')
      await Promise.all([talk(1), world.runs.complete(done, world.caller), talk(2), talk(3)])
    }
    await world.until(id, 'succeeded')
    expect(await world.audit.verify({}, world.caller)).toMatchObject({ ok: true })
  })

  test('a second run for a ticket, a plan with problems and a strange id are refused', async () => {
    const ticketId = await world.alert('firing')
    await world.start(runbook([fix]), ticketId)
    await expect(world.start(runbook([fix]), ticketId)).rejects.toMatchObject({ code: 'conflict' })
    const nowhere = runbook([fix]).replace('target: local', 'target: nowhere')
    await expect(world.start(nowhere)).rejects.toMatchObject({ code: 'conflict' })
    const strange = 'run_01J9Q3AAAAAAAAAAAAAAAAAAAA' as RunId
    await expect(world.get(strange)).rejects.toMatchObject({ code: 'not_found' })
    const { total } = await list('active')
    expect(total).toBe(1)
  })

  const list = (view: 'active' | 'ended' | 'all', cursor: string | null = null) =>
    world.runs.list({ view, ticketId: null, cursor, limit: 2 }, world.caller)

  test('is listed newest first, page by page, and rated when it has ended', async () => {
    const started = []
    for (let n = 0; n < 3; n += 1) started.push((await world.start(runbook([good]))).id)
    for (const id of started) await world.until(id, 'succeeded')
    const first = await list('ended')
    const rest = await list('ended', first.next)
    const ids = [...first.items, ...rest.items].map(({ id }) => id)
    expect(ids).toEqual(started.toReversed())
    expect(first.items[0]).toMatchObject({ stepsDone: 1, stepsTotal: 1, currentStep: null })
    const feedback = { stars: 4, resolved: true, comment: 'It helped.' }
    await world.runs.rate({ id: started[0]!, feedback }, world.caller)
    expect(await world.get(started[0]!)).toMatchObject({ feedback })
    expect((await list('active')).total).toBe(0)
  })

  test('a step that takes too long is ended, and what cannot start says so', async () => {
    const late = step('slow', { kind: 'check', timeout: '100ms' }, 'sleep 20')
    const first = await world.start(runbook([late]))
    expect((await world.until(first.id, 'failed')).reason).toContain('“slow” failed')
    const missing = step('odd', { kind: 'change', undo: 'none', interpreter: '/no/such -c' }, 'x')
    const second = await world.start(runbook([missing]))
    await approveNext(second.id)
    expect((await world.until(second.id, 'failed')).reason).toContain('Did not start')
  })

  describe('after a restart', () => {
    test('a change that was on its target is asked about, and what happened is not done again', async () => {
      const ticketId = await world.alert('firing')
      const steps = [
        step('slow', { kind: 'change', undo: 'none' }, slow()),
        step('next', { kind: 'change', undo: 'none' }, mark('next')),
      ]
      const { id } = await world.start(runbook(steps), ticketId)
      await approveNext(id)
      await world.untilStep(id, 0, 'executing')
      await restart()
      const asked = await world.until(id, 'unknown')
      expect(asked.reason).toContain('It is not known whether “slow” happened')
      expect(asked.may).toContain('decide')
      const decision = { id, stepIndex: 0, outcome: 'done', note: 'I looked.' } as const
      await world.runs.decide(decision, world.caller)
      await expect(world.runs.decide(decision, world.caller)).rejects.toThrow(/not possible now/)
      await approveNext(id)
      await world.until(id, 'succeeded')
      await vi.waitFor(async () => expect(await folder.marked()).toContain('end'), 5000)
      expect((await folder.marked()).toSorted()).toEqual(['begin', 'end', 'next'])
      expect(await world.timeline(ticketId)).toContain('Quarterdeck ended while a step ran')
    })

    test('a change that did not happen is asked for anew, or stays failed', async () => {
      const steps = [step('slow', { kind: 'change', undo: 'none' }, slow())]
      const { id } = await world.start(runbook(steps))
      const first = await world.asked(id)
      await world.answer(first)
      await world.untilStep(id, 0, 'executing')
      await restart()
      const decision = { id, stepIndex: 0, note: 'I looked.' } as const
      await world.runs.decide({ ...decision, outcome: 'retry' }, world.caller)
      const second = await world.asked(id)
      expect(second.id).not.toBe(first.id)
      await world.answer(second)
      await world.untilStep(id, 0, 'executing')
      await restart()
      await world.runs.decide({ ...decision, outcome: 'failed' }, world.caller)
      await world.until(id, 'failed')
    })

    test('a read is simply asked again', async () => {
      const { id } = await world.start(runbook([step('look', { kind: 'check' }, 'sleep 0.5')]))
      await world.untilStep(id, 0, 'executing')
      await restart()
      const run = await world.until(id, 'succeeded')
      expect(run.steps[0]).toMatchObject({ attempt: 2 })
    })

    test('what waited for an answer, a person or a moment goes on waiting', async () => {
      const steps = [
        step('pause', { kind: 'wait', timer: '1s' }, 'A moment.'),
        step('call', { kind: 'manual' }, 'Call them.'),
        step('fix', { kind: 'change', undo: 'none' }, mark('fix')),
      ]
      const { id } = await world.start(runbook(steps))
      await world.untilStep(id, 0, 'waiting')
      await restart()
      await world.untilStep(id, 1, 'awaiting_person')
      await restart()
      await world.runs.complete({ id, stepIndex: 1, outcome: 'done', note: '' }, world.caller)
      const approval = await world.asked(id)
      await restart()
      await world.answer(approval)
      await world.until(id, 'succeeded')
      expect(await folder.marked()).toEqual(['fix'])
    })

    test('another console on a shared store leaves it alone; a renamed machine does not', async () => {
      const { id } = await world.start(runbook([fix]))
      await world.asked(id)
      await restart('ada@laptop')
      const cancel = async () => world.runs.cancel({ id }, world.caller)
      const shared = database.kind === 'postgres'
      const seen = await cancel().then(
        (run) => run.status,
        ({ code }: { code: string }) => code,
      )
      expect(seen).toBe(shared ? 'conflict' : 'cancelled')
    })
  })

  describe('its output', () => {
    const text = 'uname >/dev/null; echo one; echo two >&2; printf "\\342\\202\\254\\n"'

    test('is stored, then streamed live until the run ends, from any position', async () => {
      const { id } = await world.start(runbook([step('say', { kind: 'check' }, text)]))
      const all = await world.output(id)
      expect(all).toContain('one\n')
      expect(all).toContain('€\n')
      expect(await world.output(id, all.indexOf('€'))).toBe(all.slice(all.indexOf('€')))
      expect((await world.get(id)).steps[0]!.outputBytes).toBe(Buffer.byteLength(all))
    })

    test('goes to a file when it is long, is read from there, and is cut at the cap', async () => {
      const long = 'seq 1 9000'
      const { id } = await world.start(runbook([step('say', { kind: 'check' }, long)]))
      await world.until(id, 'succeeded')
      const all = await world.output(id)
      const numbers = all.split('\n').filter((line) => /^\d+$/.test(line))
      expect(numbers.slice(0, 2500)).toEqual(Array.from({ length: 2500 }, (_, n) => String(n + 1)))
      expect(all).toContain('From here on the output is kept in')
      expect(all).toContain('the rest is not kept')
      expect((await world.get(id)).status).toBe('succeeded')
    })
  })
})
