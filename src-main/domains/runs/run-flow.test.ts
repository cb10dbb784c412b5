import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ProgramAction } from '#contract/actions'
import type { RunId } from '#contract/primitives'
import type { Run } from '#contract/runs'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import { openFolder, openWorld, runbook, step, type World } from './run-world.suite'

const statuses = (run: Run) => run.steps.map(({ name, status }) => `${name} ${status}`)

const withOutputs = (text: string) =>
  text.replace(
    'target: local\n',
    'target: local\noutputs:\n  - { name: pid, type: integer }\n  - { name: unit, pattern: "[a-z-]+" }\n',
  )

const members = (run: Run) =>
  run.steps
    .filter(({ purpose }) => purpose === 'target')
    .map(({ connectionName, status }) => `${connectionName} ${status}`)

describe.each(stores)('the flow of a run on $name', { timeout: 30_000 }, ({ open }) => {
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
  const approveNext = async (id: RunId) => {
    const approval = await world.asked(id)
    await world.answer(approval)
    return approval
  }
  async function restart(): Promise<void> {
    await world.close()
    world = await openWorld(database, folder.path)
    await world.runs.recover()
  }

  const inner = (more = '') =>
    runbook(
      [
        step('find', { kind: 'check', output: 'pid' }, 'echo "1$QD_UNIT"'),
        step(
          'stop',
          { kind: 'change', undo: 'start', when: 'inputs.unit != 9' },
          `echo "stop $QD_PID" >> ${folder.marks}`,
        ),
        step('start', { kind: 'change' }, `echo "start $QD_PID" >> ${folder.marks}`),
        step('up', { kind: 'check' }, 'uptime'),
      ],
      'verify: { probe: up, holds: 2, every: 10ms, within: 5s }\n',
    ).replace(
      'target: local\n',
      `target: local\ninputs:\n  - { name: unit, type: integer }\noutputs:\n  - { name: pid, type: integer }\n${more}`,
    )

  describe('what a step gives', () => {
    test('reaches later steps as environment only, and the approval shows it', async () => {
      const steps = [
        step(
          'look',
          {
            kind: 'check',
            'output.pid': 'json:$.procs[-1].pid',
            'output.unit': 'regex:"unit": ?"([^"]+)"',
          },
          `printf '{"procs":[{"pid":1},{"pid":42}],"unit":"web-app"}'`,
        ),
        step('tell', { kind: 'manual' }, 'Stop {{pid}} of {{unit}} by hand.'),
        step(
          'kill',
          { kind: 'change', undo: 'none', when: 'outputs.pid > 40' },
          `echo "$QD_PID" >> ${folder.marks}`,
        ),
        step('not', { kind: 'change', undo: 'none', when: 'outputs.pid < 40' }, mark('never')),
      ]
      const { id } = await world.start(withOutputs(runbook(steps)))
      const asked = await world.untilStep(id, 1, 'awaiting_person')
      expect(asked.steps[0]!.outputs).toEqual([
        { name: 'pid', value: '42' },
        { name: 'unit', value: 'web-app' },
      ])
      expect(asked.steps[1]!.description).toBe('Stop 42 of web-app by hand.')
      await world.runs.complete({ id, stepIndex: 1, outcome: 'done', note: '' }, world.caller)
      const { frozen } = await approveNext(id)
      const { env } = frozen!.action as ProgramAction
      expect(env).toContainEqual({ name: 'QD_PID', value: '42', untrusted: true })
      expect(env.map(({ name }) => name)).not.toContain('QD_UNIT')
      await world.until(id, 'succeeded')
      expect(await folder.marked()).toEqual(['42'])
    })

    test.each([
      ['of the wrong type', 'echo none', 'all', 'is not a whole number'],
      ['that reads as an option', 'echo --rm', 'all', 'is not a whole number'],
      ['that is nothing', 'true', 'all', 'is empty'],
      ['of two lines', 'echo 1; echo 2', 'all', 'has more than one line'],
      ['from what is no JSON', 'echo no', 'json:$.pid', 'the standard output is no JSON'],
      ['that the JSON does not hold', "echo '{}'", 'json:$.pid', 'there is nothing at $.pid'],
      ['from a line that is not there', 'echo 1', 'line:3', 'has no line 3'],
    ])('%s fails the step, and nothing runs with it', async (_, code, how, why) => {
      const steps = [
        step('look', { kind: 'check', 'output.pid': how }, code),
        step('kill', { kind: 'change', undo: 'none' }, `echo "$QD_PID" >> ${folder.marks}`),
      ]
      const { id } = await world.start(withOutputs(runbook(steps)))
      const run = await world.until(id, 'failed')
      expect(run.reason).toContain(why)
      expect(statuses(run)).toEqual(['look failed', 'kill pending'])
    })

    test('is not made up where a step was skipped', async () => {
      const steps = [
        step('ask', { kind: 'check' }, 'exit 2'),
        step('look', { kind: 'check', output: 'pid', when: 'previous.exit == 0' }, 'echo 7'),
        step('use', { kind: 'check' }, 'test "$QD_PID"'),
      ]
      const { id } = await world.start(withOutputs(runbook(steps)))
      expect((await world.until(id, 'failed')).reason).toContain('“pid” is not known')
    })

    test('outlives a restart', async () => {
      const steps = [
        step('look', { kind: 'check', output: 'pid' }, 'echo 7'),
        step('kill', { kind: 'change', undo: 'none' }, `echo "$QD_PID" >> ${folder.marks}`),
      ]
      const { id } = await world.start(withOutputs(runbook(steps)))
      await world.asked(id)
      await restart()
      await approveNext(id)
      await world.until(id, 'succeeded')
      expect(await folder.marked()).toEqual(['7'])
    })
  })

  describe('a step over several targets', () => {
    beforeEach(() => world.addTargets('webs', ['web-1', 'web-2', 'web-3']))

    test('is asked for once, shows all of them, and runs on each', async () => {
      const fan = step(
        'fix',
        { kind: 'change', on: 'webs', fan: 'parallel', undo: 'none' },
        mark('fix'),
      )
      const { id } = await world.start(runbook([fan]))
      const approval = await world.asked(id)
      expect(approval.set!.map(({ action }) => action.target.connectionName)).toEqual([
        'web-1',
        'web-2',
        'web-3',
      ])
      expect(new Set(approval.set!.map(({ hash }) => hash)).size).toBe(3)
      await world.answer(approval)
      const run = await world.until(id, 'succeeded')
      expect(await folder.marked()).toEqual(['fix', 'fix', 'fix'])
      expect(members(run)).toEqual(['web-1 succeeded', 'web-2 succeeded', 'web-3 succeeded'])
      expect(await world.waiting()).toEqual([])
      expect(await world.approvals.find(approval.id)).toMatchObject({ status: 'used' })
      expect(await world.audit.verify({}, world.caller)).toMatchObject({ ok: true })
    })

    test('rolls by n, and never has more than n on their targets', async () => {
      // Nobody ends before a second one has begun.
      const meet = `while [ "$(wc -l < ${folder.marks})" -lt 2 ]; do sleep 0.02; done`
      const brief = `${mark('begin')}; ${meet}; ${mark('end')}`
      const fan = step(
        'fix',
        { kind: 'change', on: 'webs, local', fan: 'rolling:2', undo: 'none' },
        brief,
      )
      const { id } = await world.start(runbook([fan]))
      await approveNext(id)
      await world.until(id, 'succeeded')
      let now = 0
      const highest = (await folder.marked()).map((word) => (now += word === 'begin' ? 1 : -1))
      expect(Math.max(...highest)).toBe(2)
      expect(highest).toHaveLength(8)
    })

    test('stops after the first failure, and a retry goes on with what failed or never began', async () => {
      const gate = `${folder.path}/gate`
      const code = `n=$(wc -l < ${folder.marks} 2>/dev/null || echo 0); ${mark('x')}; test -e ${gate} || test "$n" -ne 1`
      const fan = step('fix', { kind: 'change', on: 'webs', fan: 'serial', undo: 'none' }, code)
      const { id } = await world.start(runbook([fan]))
      await approveNext(id)
      const failed = await world.until(id, 'failed')
      expect(members(failed)).toEqual(['web-1 succeeded', 'web-2 failed', 'web-3 pending'])
      expect(failed.reason).toContain('1 of 3 targets done; not web-2 (Exit code 1)')
      await folder.write('gate')
      await world.runs.retry({ id }, world.caller)
      const again = await world.asked(id)
      expect(again.set!.map(({ action }) => action.target.connectionName)).toEqual([
        'web-2',
        'web-3',
      ])
      await world.answer(again)
      expect(members(await world.until(id, 'succeeded'))).toEqual([
        'web-1 succeeded',
        'web-2 succeeded',
        'web-3 succeeded',
      ])
      expect(await folder.marked()).toHaveLength(4)
    })

    test('goes on until k have failed', async () => {
      const fan = step(
        'look',
        { kind: 'check', on: 'webs', fan: 'serial', stop: 'after:2' },
        'cat /no/such',
      )
      const { id } = await world.start(runbook([fan]))
      expect(members(await world.until(id, 'failed'))).toEqual([
        'web-1 failed',
        'web-2 failed',
        'web-3 pending',
      ])
    })

    test('checks before and after on each target, before the next one', async () => {
      const steps = [
        step(
          'fix',
          {
            kind: 'change',
            on: 'webs',
            fan: 'serial',
            undo: 'none',
            before: 'ready',
            verify: 'up',
          },
          mark('fix'),
        ),
        step('ready', { kind: 'check' }, 'uptime'),
        step('up', { kind: 'check' }, `test "$(wc -l < ${folder.marks})" -lt 2`),
      ]
      const { id } = await world.start(runbook(steps))
      await approveNext(id)
      const run = await world.until(id, 'failed')
      expect(await folder.marked()).toEqual(['fix', 'fix'])
      expect(run.reason).toContain('not web-2 (Exit code 1)')
    })

    test('shares its check with the proof of the whole, which goes where the runbook goes', async () => {
      const steps = [
        step('look', { kind: 'check', on: 'webs', fan: 'serial', verify: 'good' }, 'uptime'),
        step('good', { kind: 'check' }, 'uptime'),
      ]
      const verify = 'verify: { probe: good, every: 10ms, within: 5s }\n'
      const { id } = await world.start(runbook(steps, verify))
      const run = await world.until(id, 'succeeded')
      expect(run.verification.result).toBe('verified')
      expect(run.steps.filter(({ purpose }) => purpose === 'probe')).toHaveLength(4)
    })

    test('is taken back on each target that it touched, asked for once', async () => {
      const steps = [
        step('fix', { kind: 'change', on: 'webs', fan: 'parallel', undo: 'back' }, mark('fix')),
        step('fails', { kind: 'check' }, 'false'),
        step('back', { kind: 'change' }, mark('back')),
      ]
      const { id } = await world.start(runbook(steps))
      await approveNext(id)
      await world.until(id, 'failed')
      await world.runs.undo({ id }, world.caller)
      const undo = await approveNext(id)
      expect(undo).toMatchObject({ purpose: 'undo', set: [{}, {}, {}] })
      await world.until(id, 'undone')
      expect(await folder.marked()).toEqual(['fix', 'fix', 'fix', 'back', 'back', 'back'])
    })

    test('after a restart asks about each target that was under way, and about no other', async () => {
      const slow = `${mark('begin')}; sleep 0.8; ${mark('end')}`
      const fan = step('fix', { kind: 'change', on: 'webs', fan: 'rolling:2', undo: 'none' }, slow)
      const { id } = await world.start(runbook([fan]))
      await approveNext(id)
      await vi.waitFor(async () => expect(await folder.marked()).toHaveLength(2), 5000)
      await restart()
      const asked = await world.until(id, 'unknown')
      expect(members(asked)).toEqual(['web-1 unknown', 'web-2 unknown', 'web-3 pending'])
      const unknown = asked.steps.filter(({ status }) => status === 'unknown')
      for (const { index } of unknown) {
        const answer = { id, stepIndex: index, outcome: 'done', note: 'I looked.' } as const
        await world.runs.decide(answer, world.caller)
      }
      const run = await world.until(id, 'succeeded')
      expect(members(run)).toEqual(['web-1 succeeded', 'web-2 succeeded', 'web-3 succeeded'])
      expect((await folder.marked()).filter((word) => word === 'begin')).toHaveLength(3)
    })

    test('gives each target its own value', async () => {
      const steps = [
        step('look', { kind: 'check', on: 'webs', fan: 'parallel', output: 'pid' }, 'echo $$'),
        step(
          'use',
          { kind: 'change', on: 'webs', fan: 'parallel', undo: 'none' },
          `echo "$QD_PID" >> ${folder.marks}`,
        ),
      ]
      const { id } = await world.start(withOutputs(runbook(steps)))
      await approveNext(id)
      await world.until(id, 'succeeded')
      expect(new Set(await folder.marked()).size).toBe(3)
    })

    test('an answer is for exactly this set', async () => {
      const fan = step(
        'fix',
        { kind: 'change', on: 'webs', fan: 'serial', undo: 'none' },
        mark('fix'),
      )
      const { id } = await world.start(runbook([fan]))
      const approval = await world.asked(id)
      const other = { ...approval, subjectHash: approval.set![0]!.hash }
      await expect(world.answer(other)).rejects.toMatchObject({ code: 'conflict' })
      await world.answer(approval, 'reject')
      await world.until(id, 'failed')
      expect(await folder.marked()).toEqual([])
    })
  })

  describe('checks around a step', () => {
    test('what must hold before is asked first, and nothing is done when it does not', async () => {
      const gate = `${folder.path}/gate`
      const steps = [
        step('fix', { kind: 'change', undo: 'none', before: 'room' }, mark('fix')),
        step('room', { kind: 'check' }, `test -e ${gate}`),
      ]
      const { id } = await world.start(runbook(steps))
      expect((await world.until(id, 'failed')).reason).toBe(
        '“fix” was not begun: “room” does not hold: Exit code 1',
      )
      await folder.write('gate')
      await world.runs.retry({ id }, world.caller)
      await approveNext(id)
      await world.until(id, 'succeeded')
      expect(await folder.marked()).toEqual(['fix'])
    })

    test('are skipped with the step they are for', async () => {
      const steps = [
        step('look', { kind: 'check' }, 'uptime'),
        step(
          'fix',
          {
            kind: 'change',
            undo: 'none',
            before: 'room',
            verify: 'up',
            when: 'previous.exit == 2',
          },
          mark('fix'),
        ),
        step('room', { kind: 'check' }, 'false'),
        step('up', { kind: 'check' }, 'false'),
      ]
      const { id } = await world.start(runbook(steps))
      expect(statuses(await world.until(id, 'succeeded'))).toEqual([
        'look succeeded',
        'fix skipped',
        'room skipped',
        'up skipped',
      ])
    })
  })

  describe('a manual step', () => {
    const steps = [
      step(
        'call',
        { kind: 'manual', assignee: 'Grace', due: '200ms' },
        'Before you go on:\n\n- [ ] Tell the customer\n- [ ] Silence the pager',
      ),
    ]

    test('is done when every item is ticked off; who and when is kept', async () => {
      const { id } = await world.start(runbook(steps))
      const asked = await world.untilStep(id, 0, 'awaiting_person')
      expect(asked.steps[0]).toMatchObject({
        assignee: 'Grace',
        description: 'Before you go on:',
        checklist: [{ text: 'Tell the customer', tickedBy: null }, { text: 'Silence the pager' }],
      })
      const done = { id, stepIndex: 0, outcome: 'done', note: '' } as const
      await expect(world.runs.complete(done, world.caller)).rejects.toMatchObject({
        code: 'conflict',
      })
      const tick = (item: number, is = true) =>
        world.runs.tick({ id, stepIndex: 0, item, done: is }, world.caller)
      await tick(0)
      await tick(1)
      await expect(tick(2)).rejects.toMatchObject({ code: 'conflict' })
      await tick(1, false)
      await expect(world.runs.complete(done, world.caller)).rejects.toMatchObject({
        code: 'conflict',
      })
      await restart()
      await world.runs.tick({ id, stepIndex: 0, item: 1, done: true }, world.caller)
      const run = await world.runs.complete(done, world.caller)
      expect(run.steps[0]!.checklist[0]).toMatchObject({ tickedBy: 'ada' })
      expect(run.steps[0]!.checklist[0]!.tickedAt).toBeGreaterThan(0)
    })

    test('that is overdue says so, and is never passed by itself', async () => {
      const ticketId = await world.alert('firing')
      const { id } = await world.start(runbook(steps), ticketId)
      await vi.waitFor(async () => expect((await world.get(id)).steps[0]!.overdue).toBe(true), 5000)
      expect(await world.get(id)).toMatchObject({ status: 'waiting' })
      expect(await world.timeline(ticketId)).toContain('“call” is overdue')
      await restart()
      expect((await world.get(id)).steps[0]).toMatchObject({
        overdue: true,
        status: 'awaiting_person',
      })
    })
  })

  describe('a wait', () => {
    test('for the alert goes on when the source says resolved, also after a restart', async () => {
      const ticketId = await world.alert('firing')
      const waits = step('calm', { kind: 'wait', until: 'alert' }, 'Until it is right again.')
      const { id } = await world.start(
        runbook([waits, step('after', { kind: 'check' }, 'uptime')]),
        ticketId,
      )
      await world.untilStep(id, 0, 'waiting')
      await restart()
      await world.untilStep(id, 0, 'waiting')
      await world.alert('resolved')
      expect(await world.until(id, 'succeeded')).toMatchObject({ dryRun: false })
    })

    test('for an alert by name goes on when none of that name is firing', async () => {
      await world.alert('firing')
      const waits = step(
        'calm',
        { kind: 'wait', until: 'alert:Web is down' },
        'Until it is right again.',
      )
      const { id } = await world.start(runbook([waits]))
      await world.untilStep(id, 0, 'waiting')
      await world.alert('resolved')
      expect(await world.until(id, 'succeeded')).toMatchObject({ dryRun: false })
    })

    test('for the alert fails when its time is over', async () => {
      const ticketId = await world.alert('firing')
      const waits = step('calm', { kind: 'wait', until: 'alert', timeout: '100ms' }, 'Until then.')
      const { id } = await world.start(runbook([waits]), ticketId)
      expect((await world.until(id, 'failed')).reason).toContain(
        'The alert was not resolved in time',
      )
    })
  })

  describe('a runbook that calls another', () => {
    test('runs its steps among its own, with its inputs, proves it, and takes it back', async () => {
      await world.writeBook('stop-unit', inner())
      const steps = [
        step('which', { kind: 'check', output: 'nr' }, 'echo 4'),
        step(
          'first',
          { run: 'stop-unit', 'with.unit': '{{nr}}', 'output.was': 'of:pid' },
          'Stop the first.',
        ),
        step('second', { run: 'stop-unit', 'with.unit': '5' }, 'Stop the second.'),
        step(
          'third',
          { run: 'stop-unit', 'with.unit': '6', when: 'outputs.was == 0' },
          'Not this one.',
        ),
        step('fails', { kind: 'check' }, 'test "$QD_WAS" = 0'),
      ]
      const book = runbook(steps).replace(
        'target: local\n',
        'target: local\noutputs: [{ name: nr, type: integer }]\n',
      )
      const { id } = await world.start(book)
      const first = await approveNext(id)
      expect((first.frozen!.action as ProgramAction).env).toEqual([
        { name: 'QD_UNIT', value: '4', untrusted: true },
        { name: 'QD_PID', value: '14', untrusted: true },
        { name: 'QD_TICKET_ID', value: '', untrusted: false },
      ])
      await approveNext(id)
      const run = await world.until(id, 'failed')
      expect(statuses(run).slice(0, 13)).toEqual([
        'which succeeded',
        'first succeeded',
        'first/find succeeded',
        'first/stop succeeded',
        'first/(verified) succeeded',
        'second succeeded',
        'second/find succeeded',
        'second/stop succeeded',
        'second/(verified) succeeded',
        'third skipped',
        'third/find skipped',
        'third/stop skipped',
        'third/(verified) skipped',
      ])
      await world.runs.undo({ id }, world.caller)
      await approveNext(id)
      await approveNext(id)
      await world.until(id, 'undone')
      expect(await folder.marked()).toEqual(['stop 14', 'stop 15', 'start 15', 'start 14'])
    })

    test.each([
      ['is not there', 'gone', 'The runbook `gone` is not there.'],
      ['calls itself', 'loop', 'Runbooks call each other in a circle'],
      ['has an error', 'broken', 'has an error in line'],
    ])('that %s is not started, and says in which line', async (_, called, why) => {
      await world.writeBook('loop', runbook([step('again', { run: 'loop' }, 'Again.')]))
      await world.writeBook('broken', runbook([step('x', { kind: 'chekc' }, 'true')]))
      const book = runbook([step('it', { run: called }, 'Do it.')])
      const start = () => world.start(book)
      await expect(start()).rejects.toThrow(why)
      await expect(start()).rejects.toThrow(/error in line 8/)
    })

    test('leaves out no input that the called one needs', async () => {
      await world.writeBook('stop-unit', inner())
      const start = () => world.start(runbook([step('it', { run: 'stop-unit' }, 'Do it.')]))
      await expect(start()).rejects.toThrow('For “it”: Give "unit"')
      const wrong = () =>
        world.start(runbook([step('it', { run: 'stop-unit', 'with.unit': 'x' }, 'Do it.')]))
      await expect(wrong()).rejects.toThrow('For “it”: "unit" is not a whole number')
    })
  })

  describe('a dry run', () => {
    test('carries out reads, shows the rest, asks for nothing and leaves the ticket alone', async () => {
      const ticketId = await world.alert('firing')
      await world.addTargets('webs', ['web-1', 'web-2'])
      const before = await world.tickets.find(ticketId)
      const steps = [
        step('look', { kind: 'check' }, 'uptime'),
        step('fix', { kind: 'change', undo: 'none', verify: 'good' }, mark('fix')),
        step('all', { kind: 'change', undo: 'none', on: 'webs', fan: 'parallel' }, mark('fix')),
        step('all-look', { kind: 'check', on: 'webs', fan: 'parallel' }, 'uptime'),
        step('call', { kind: 'manual' }, 'Call them.'),
        step('consent', { kind: 'approval' }, 'May we?'),
        step('calm', { kind: 'wait', timer: '1h' }, 'An hour.'),
        step('good', { kind: 'check' }, 'uptime'),
      ]
      const verify = 'verify: { probe: good, alert: resolved, within: 1m }\n'
      const { id } = await world.start(runbook(steps, verify), ticketId, true)
      const run = await world.until(id, 'succeeded')
      expect(run).toMatchObject({ dryRun: true, ticketId: null })
      expect(run.reason).toContain('Dry run: 3 reads were carried out')
      expect(statuses(run).slice(0, 7)).toEqual([
        'look succeeded',
        'fix skipped',
        'all skipped',
        'all-look succeeded',
        'call skipped',
        'consent skipped',
        'calm skipped',
      ])
      expect(run.steps[1]!.frozen!.action).toMatchObject({ script: mark('fix') })
      expect(run.steps[1]!.summary).toContain('Dry run: this would be asked for and then run on')
      expect(await folder.marked()).toEqual([])
      expect(await world.waiting()).toEqual([])
      expect(await world.tickets.find(ticketId)).toEqual(before)
      const list = await world.runs.list(
        { view: 'all', ticketId: null, cursor: null, limit: 5 },
        world.caller,
      )
      expect(list.items[0]).toMatchObject({ dryRun: true })
    })
  })
})

describe.each(stores)(
  'a console that sleeps or is gone, on $name',
  { timeout: 30_000 },
  ({ name: store, open }) => {
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

    const slow = (name: string) => `echo ${name} >> ${folder.marks}; sleep 0.5`
    const two = () =>
      runbook([
        step('one', { kind: 'change', undo: 'none' }, slow('one')),
        step('two', { kind: 'check' }, 'uptime'),
      ])

    test('what runs on this machine slept too and is not lost; the run waits for a word', async () => {
      const { id } = await world.start(two())
      await world.answer(await world.asked(id))
      await world.untilStep(id, 0, 'executing')
      await world.runs.wake()
      const paused = await world.until(id, 'paused')
      expect(paused.steps[0]).toMatchObject({ status: 'succeeded' })
      expect(paused.paused).toMatchObject({ by: 'quarterdeck', reason: 'the machine slept' })
      expect(await world.runs.resumeAll({}, world.caller)).toEqual({ resumed: 1 })
      await world.until(id, 'succeeded')
    })

    test('what ran on another machine is not known any more; a read is asked again', async () => {
      world.pretendRemote()
      const { id } = await world.start(two())
      await world.answer(await world.asked(id))
      await world.untilStep(id, 0, 'executing')
      await world.runs.wake()
      const asked = await world.until(id, 'unknown')
      expect(asked.steps[0]!.summary).toContain('The machine slept while this ran')
      await world.runs.decide(
        { id, stepIndex: 0, outcome: 'done', note: 'I looked.' },
        world.caller,
      )
      await world.runs.resume({ id }, world.caller)
      await world.until(id, 'succeeded')
      expect(await folder.marked()).toEqual(['one'])
    })

    test('somebody paused by hand stays paused when all are resumed', async () => {
      const { id } = await world.start(two())
      await world.runs.pause({ id }, world.caller)
      expect(await world.runs.resumeAll({}, world.caller)).toEqual({ resumed: 0 })
      expect(await world.get(id)).toMatchObject({ status: 'paused' })
    })

    test('what is driven from here cannot be taken over', async () => {
      const { id } = await world.start(two())
      const order = { console: 'ada@desk', reason: 'I wonder.' }
      const taken = async () => world.runs.takeOver(order, world.caller)
      await expect(taken()).rejects.toMatchObject({ code: 'conflict' })
      expect(await world.get(id)).toMatchObject({ console: 'ada@desk' })
    })

    test.skipIf(store === 'SQLite')(
      'an admin takes over the runs of a console that is gone, and it moves them no more',
      async () => {
        const { id } = await world.start(two())
        await world.answer(await world.asked(id))
        await world.untilStep(id, 0, 'executing')
        const heir = await openWorld(database, folder.path, undefined, 'bob@laptop')
        const order = { console: 'ada@desk', reason: 'The desk burnt down.' }
        try {
          expect(await heir.runs.consoles({}, heir.caller)).toMatchObject([
            { console: 'ada@desk', runs: 1, ours: false },
          ])
          expect(await heir.runs.takeOver(order, heir.caller)).toEqual({ taken: 1 })
          await expect(
            heir.runs.takeOver({ ...order, console: 'bob@laptop' }, heir.caller),
          ).rejects.toMatchObject({ code: 'conflict' })
          const asked = await heir.until(id, 'unknown')
          expect(asked.steps[0]!.summary).toContain('Another console ran it')
          // The old console hears the end of its step, and has no say any more.
          await vi.waitFor(async () => expect(await folder.marked()).toEqual(['one']), 5000)
          await expect(world.runs.cancel({ id }, world.caller)).rejects.toMatchObject({
            code: 'conflict',
          })
          await heir.runs.decide(
            { id, stepIndex: 0, outcome: 'done', note: 'I looked.' },
            heir.caller,
          )
          expect(await heir.until(id, 'succeeded')).toMatchObject({ console: 'bob@laptop' })
          expect(await heir.audit.verify({}, heir.caller)).toMatchObject({ ok: true })
          const history = await heir.runs.history({ id }, heir.caller)
          expect(history.map(({ detail }) => detail)).toContain(
            'from ada@desk to bob@laptop: The desk burnt down.',
          )
        } finally {
          await heir.close()
        }
      },
    )
  },
)
