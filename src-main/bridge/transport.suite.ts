import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  CLOSE,
  type Downward,
  MAX_FRAME,
  MAX_IN_FLIGHT,
  MAX_STREAMS,
  NEWS_KEPT,
  STREAM_WINDOW,
} from '#contract/frames'
import { createProbe, type Probe } from './probe.suite'
import { MAX_BAD_FRAMES } from './session'

/** The renderer's end of a line, held by somebody who may send anything. */
export interface RawLine {
  send(text: string): void
  onFrame(listener: (text: string) => void): void
  /** Resolves with the close code. */
  readonly closed: Promise<number>
  hangUp(): void
}

/** One transport with a bridge behind it. */
export interface Rig {
  open(): Promise<RawLine>
  /** What this transport's `hello` needs. */
  readonly hello: () => { token?: string }
  close(): Promise<void>
}

/** A line with an inbox. */
export function listen(line: RawLine) {
  const inbox: Downward[] = []
  line.onFrame((text) => inbox.push(JSON.parse(text) as Downward))
  return {
    ...line,
    inbox,
    say: (frame: object) => line.send(JSON.stringify(frame)),
    of: <T extends Downward['t']>(t: T) =>
      inbox.filter((frame): frame is Extract<Downward, { t: T }> => frame.t === t),
    answerTo: (id: number) =>
      vi.waitFor(() => {
        const answer = inbox.find(
          (frame) =>
            (frame.t === 'value' || frame.t === 'refused' || frame.t === 'end') && frame.id === id,
        )
        if (!answer) throw new Error(`no answer to ${id} yet`)
        return answer
      }),
  }
}

/** What every transport must do for a friend and must not do for an enemy. */
export function describeTransport(transport: string, start: (probe: Probe) => Promise<Rig>): void {
  describe(`a session over ${transport}`, () => {
    let probe: Probe
    let rig: Rig
    beforeEach(async () => {
      probe = createProbe()
      rig = await start(probe)
    })
    afterEach(async () => {
      probe.bridge.close()
      await rig.close()
    })

    async function connect(heard: { epoch?: string; seq?: number } = {}) {
      const line = listen(await rig.open())
      line.say({ t: 'hello', ...rig.hello(), ...heard })
      await vi.waitFor(() => expect(line.of('welcome')).toHaveLength(1))
      return line
    }

    describe('for a friend', () => {
      test('answers a call', async () => {
        const line = await connect()
        line.say({ t: 'call', id: 1, name: 'probe.echo', input: { text: 'grüße 🌍 \u2028' } })
        expect(await line.answerTo(1)).toEqual({
          t: 'value',
          id: 1,
          value: { text: 'grüße 🌍 \u2028' },
        })
      })
      test('tells a refusal as it was said', async () => {
        const line = await connect()
        line.say({ t: 'call', id: 1, name: 'probe.refuse', input: {} })
        expect(await line.answerTo(1)).toEqual({
          t: 'refused',
          id: 1,
          code: 'conflict',
          message: 'It is resolved already.',
        })
      })
      test('tells of a bug only that it is in the log, where it is whole', async () => {
        const line = await connect()
        line.say({ t: 'call', id: 1, name: 'probe.crash', input: {} })
        const answer = await line.answerTo(1)
        expect(answer).toMatchObject({ t: 'refused', code: 'internal' })
        const message = answer.t === 'refused' ? answer.message : ''
        expect(message).not.toContain('hunter2')
        expect(message).toContain('Whether it took effect is not known')
        const [, reference] = /under ([0-9a-f]{8})/.exec(message)!
        expect(probe.logged.find((entry) => entry.includes(reference!))).toContain('hunter2')
      })
      test('never hands on an answer that breaks the contract', async () => {
        const line = await connect()
        line.say({ t: 'call', id: 1, name: 'probe.lie', input: {} })
        line.say({ t: 'call', id: 2, name: 'probe.lieLater', input: {} })
        expect(await line.answerTo(1)).toMatchObject({ t: 'refused', code: 'internal' })
        expect(await line.answerTo(2)).toMatchObject({ t: 'refused', code: 'internal' })
        expect(line.of('chunk').map(({ value }) => value)).toEqual([1])
      })
      test('streams all pieces in order to a reader that acknowledges', async () => {
        const line = await connect()
        line.onFrame((text) => {
          const frame = JSON.parse(text) as Downward
          if (frame.t === 'chunk') line.say({ t: 'ack', id: 1, seq: frame.seq })
        })
        line.say({ t: 'call', id: 1, name: 'probe.count', input: { to: 500 } })
        expect(await line.answerTo(1)).toEqual({ t: 'end', id: 1 })
        expect(line.of('chunk').map(({ value }) => value)).toEqual(
          Array.from({ length: 500 }, (_, n) => n + 1),
        )
        expect(line.of('chunk').map(({ seq }) => seq)).toEqual(
          Array.from({ length: 500 }, (_, n) => n + 1),
        )
      })
      test('cancels a call and a stream', async () => {
        const line = await connect()
        line.say({ t: 'call', id: 1, name: 'probe.wait', input: {} })
        line.say({ t: 'call', id: 2, name: 'probe.trickle', input: {} })
        await vi.waitFor(() => expect(line.of('chunk')).toHaveLength(1))
        line.say({ t: 'cancel', id: 1 })
        line.say({ t: 'cancel', id: 2 })
        expect(await line.answerTo(1)).toMatchObject({ t: 'refused', code: 'cancelled' })
        expect(await line.answerTo(2)).toMatchObject({ t: 'refused', code: 'cancelled' })
        expect(probe.seen.aborted.toSorted()).toEqual(['trickle', 'wait'])
      })
      test('cancels what is under way when the line closes', async () => {
        const line = await connect()
        line.say({ t: 'call', id: 1, name: 'probe.wait', input: {} })
        line.say({ t: 'call', id: 2, name: 'probe.trickle', input: {} })
        await vi.waitFor(() => expect(probe.seen.reached).toHaveLength(2))
        line.hangUp()
        await vi.waitFor(() => expect(probe.seen.aborted.toSorted()).toEqual(['trickle', 'wait']))
        expect(probe.bridge.sessions()).toBe(0)
      })
      test('asks the role at each call', async () => {
        const line = await connect()
        probe.become('operator')
        line.say({ t: 'call', id: 1, name: 'probe.order', input: { text: 'go' } })
        expect(await line.answerTo(1)).toMatchObject({ t: 'refused', code: 'forbidden' })
        expect(probe.seen.reached).toEqual([])
        probe.become('approver')
        line.say({ t: 'call', id: 2, name: 'probe.order', input: { text: 'go' } })
        expect(await line.answerTo(2)).toMatchObject({ t: 'value' })
      })
      test('answers a ping', async () => {
        const line = await connect()
        line.say({ t: 'ping' })
        await vi.waitFor(() => expect(line.of('pong')).toHaveLength(1))
      })
      test('refuses an answer that is too long for a frame, and lives on', async () => {
        const line = await connect()
        line.say({ t: 'call', id: 1, name: 'probe.swell', input: {} })
        expect(await line.answerTo(1)).toMatchObject({ t: 'refused', code: 'too_much' })
        line.say({
          t: 'call',
          id: 2,
          name: 'probe.echo',
          input: { text: 'x'.repeat(MAX_FRAME / 2) },
        })
        expect(await line.answerTo(2)).toMatchObject({ t: 'value' })
      })
    })

    describe('with news', () => {
      test('tells them in order with their numbers', async () => {
        const line = await connect()
        for (let n = 1; n <= 3; n += 1) probe.tell({ n })
        await vi.waitFor(() => expect(line.of('news')).toHaveLength(3))
        expect(line.of('news').map(({ seq, name, payload }) => [seq, name, payload])).toEqual([
          [1, 'probe.changed', { n: 1 }],
          [2, 'probe.changed', { n: 2 }],
          [3, 'probe.changed', { n: 3 }],
        ])
      })
      test('tells a renderer that was away what it missed', async () => {
        const first = await connect()
        probe.tell({ n: 1 })
        await vi.waitFor(() => expect(first.of('news')).toHaveLength(1))
        first.hangUp()
        probe.tell({ n: 2 })
        const second = await connect({ epoch: first.of('welcome')[0]!.epoch, seq: 1 })
        await vi.waitFor(() => expect(second.of('news').map(({ seq }) => seq)).toEqual([2]))
        expect(second.of('welcome')[0]!.resync).toBe(false)
      })
      test('has a renderer ask again when it missed more than is kept', async () => {
        const { epoch } = (await connect()).of('welcome')[0]!
        for (let n = 0; n <= NEWS_KEPT; n += 1) probe.tell({ n })
        const line = await connect({ epoch, seq: 0 })
        expect(line.of('welcome')[0]).toMatchObject({ resync: true, seq: NEWS_KEPT + 1 })
        expect(line.of('news')).toEqual([])
      })
      test('has a renderer of another process, or from the future, ask again', async () => {
        const { epoch } = (await connect()).of('welcome')[0]!
        expect((await connect({ epoch: 'another', seq: 0 })).of('welcome')[0]!.resync).toBe(true)
        expect((await connect({ epoch, seq: 9 })).of('welcome')[0]!.resync).toBe(true)
        expect((await connect({ epoch })).of('welcome')[0]!.resync).toBe(true)
      })
      test('has every renderer ask again when a piece cannot be told', async () => {
        const line = await connect()
        probe.tell({ n: 'many' })
        await vi.waitFor(() => expect(line.of('welcome')).toHaveLength(2))
        expect(line.of('welcome')[1]).toMatchObject({ resync: true, seq: 1 })
        const later = await connect({ epoch: line.of('welcome')[0]!.epoch, seq: 0 })
        expect(later.of('welcome')[0]!.resync).toBe(true)
        expect(probe.logged.some((entry) => entry.includes('probe.changed'))).toBe(true)
      })
      test('tells none before the greeting', async () => {
        const line = listen(await rig.open())
        probe.tell({ n: 1 })
        line.say({ t: 'hello', ...rig.hello() })
        await vi.waitFor(() => expect(line.of('welcome')).toHaveLength(1))
        expect(line.of('news')).toEqual([])
      })
    })

    describe('for an enemy', () => {
      test.each([
        ['a call', { t: 'call', id: 1, name: 'probe.echo', input: { text: 'hi' } }],
        ['a ping', { t: 'ping' }],
        ['a cancel', { t: 'cancel', id: 1 }],
        ['a hello with something extra', { t: 'hello', admin: true }],
        ['nothing', null],
      ])('ends when the first frame is %s', async (_, frame) => {
        const line = listen(await rig.open())
        line.send(JSON.stringify(frame))
        line.say({ t: 'call', id: 2, name: 'probe.echo', input: { text: 'hi' } })
        expect(await line.closed).toBe(CLOSE.notAdmitted)
        expect(probe.seen.reached).toEqual([])
        expect(line.inbox).toEqual([])
        expect(probe.bridge.sessions()).toBe(0)
      })
      test('counts a second greeting as a bad frame', async () => {
        const line = await connect()
        for (let n = 0; n < MAX_BAD_FRAMES; n += 1) line.say({ t: 'hello', ...rig.hello() })
        expect(await line.closed).toBe(CLOSE.badFrames)
        expect(line.of('welcome')).toHaveLength(1)
      })
      test.each([
        '__proto__.x',
        '__proto__.toString',
        'constructor.name',
        'probe.constructor',
        'probe.__proto__',
        'probe.toString',
        'probe.changed',
        'probe',
        '',
        'probe.echo.call',
      ])('has no call named %j', async (called) => {
        const line = await connect()
        line.say({ t: 'call', id: 1, name: called, input: {} })
        expect(await line.answerTo(1)).toMatchObject({ t: 'refused', code: 'invalid_input' })
        expect(probe.seen.reached).toEqual([])
      })
      test('ends after too many unknown names', async () => {
        const line = await connect()
        for (let id = 1; id <= MAX_BAD_FRAMES; id += 1)
          line.say({ t: 'call', id, name: 'probe.nope', input: {} })
        expect(await line.closed).toBe(CLOSE.badFrames)
      })
      test.each([
        ['not JSON', '{'],
        ['an empty text', ''],
        ['a list', '[]'],
        ['an unknown kind', '{"t":"eval"}'],
        ['a frame of ours to them', '{"t":"value","id":1,"value":1}'],
        ['an id of zero', '{"t":"cancel","id":0}'],
        ['an id that is no whole number', '{"t":"cancel","id":1.5}'],
        ['a call without input', '{"t":"call","id":1,"name":"probe.echo"}'],
        ['an extra key', '{"t":"ping","x":1}'],
        ['a key of the prototype', '{"t":"ping","__proto__":{"t":"hello"}}'],
        [
          'a name that is too long',
          JSON.stringify({ t: 'call', id: 1, name: 'x'.repeat(81), input: {} }),
        ],
      ])('counts %s as a bad frame, and ends after too many', async (_, text) => {
        const line = await connect()
        for (let n = 1; n < MAX_BAD_FRAMES; n += 1) line.send(text)
        line.say({ t: 'call', id: 7, name: 'probe.echo', input: { text: 'still here' } })
        expect(await line.answerTo(7)).toMatchObject({ t: 'value' })
        line.send(text)
        expect(await line.closed).toBe(CLOSE.badFrames)
      })
      test('refuses a wrong input before the handler sees it, and repeats none of it', async () => {
        const line = await connect()
        line.say({ t: 'call', id: 1, name: 'probe.echo', input: { text: 5, secret: 'hunter2' } })
        line.send(
          '{"t":"call","id":2,"name":"probe.echo","input":{"text":"a","__proto__":{"x":1}}}',
        )
        const answer = await line.answerTo(1)
        expect(answer).toMatchObject({ t: 'refused', code: 'invalid_input' })
        expect(JSON.stringify(answer)).not.toContain('hunter2')
        expect(await line.answerTo(2)).toMatchObject({ t: 'refused', code: 'invalid_input' })
        expect(probe.seen.reached).toEqual([])
      })
      test('ends when a frame is too long', async () => {
        const line = await connect()
        line.say({ t: 'call', id: 1, name: 'probe.echo', input: { text: 'x'.repeat(MAX_FRAME) } })
        expect(await line.closed).toBe(CLOSE.tooLarge)
        expect(probe.seen.reached).toEqual([])
      })
      test('refuses a flood of calls beyond the limit and keeps serving', async () => {
        const line = await connect()
        for (let id = 1; id <= MAX_IN_FLIGHT + 50; id += 1)
          line.say({ t: 'call', id, name: 'probe.wait', input: {} })
        expect(await line.answerTo(MAX_IN_FLIGHT + 50)).toMatchObject({
          t: 'refused',
          code: 'too_much',
        })
        await vi.waitFor(() => expect(probe.seen.reached).toHaveLength(MAX_IN_FLIGHT))
        line.say({ t: 'cancel', id: 1 })
        await line.answerTo(1)
        line.say({ t: 'call', id: 900, name: 'probe.echo', input: { text: 'room again' } })
        expect(await line.answerTo(900)).toMatchObject({ t: 'value' })
      })
      test('refuses streams beyond the limit', async () => {
        const line = await connect()
        for (let id = 1; id <= MAX_STREAMS + 1; id += 1)
          line.say({ t: 'call', id, name: 'probe.trickle', input: {} })
        expect(await line.answerTo(MAX_STREAMS + 1)).toMatchObject({
          t: 'refused',
          code: 'too_much',
        })
        line.say({
          t: 'call',
          id: 900,
          name: 'probe.echo',
          input: { text: 'calls have their own limit' },
        })
        expect(await line.answerTo(900)).toMatchObject({ t: 'value' })
      })
      test('makes no more pieces than the window for a reader that never acknowledges', async () => {
        const line = await connect()
        line.say({ t: 'call', id: 1, name: 'probe.count', input: { to: 1_000_000 } })
        await vi.waitFor(() => expect(line.of('chunk')).toHaveLength(STREAM_WINDOW))
        line.say({ t: 'call', id: 2, name: 'probe.echo', input: { text: 'meanwhile' } })
        await line.answerTo(2)
        expect(probe.seen.made).toBe(STREAM_WINDOW)
        line.hangUp()
        await vi.waitFor(() => expect(probe.seen.aborted).toEqual(['count']))
      })
      test('counts an acknowledgement of what was never sent as a bad frame', async () => {
        const line = await connect()
        line.say({ t: 'call', id: 1, name: 'probe.trickle', input: {} })
        await vi.waitFor(() => expect(line.of('chunk')).toHaveLength(1))
        for (let n = 0; n < MAX_BAD_FRAMES; n += 1) line.say({ t: 'ack', id: 1, seq: 2 })
        expect(await line.closed).toBe(CLOSE.badFrames)
      })
      test('does not start a second call under a number that is in use', async () => {
        const line = await connect()
        line.say({ t: 'call', id: 1, name: 'probe.wait', input: {} })
        line.say({ t: 'call', id: 1, name: 'probe.wait', input: {} })
        line.say({ t: 'call', id: 2, name: 'probe.echo', input: { text: 'x' } })
        await line.answerTo(2)
        expect(probe.seen.reached).toEqual(['wait', 'echo'])
      })
    })
  })
}
