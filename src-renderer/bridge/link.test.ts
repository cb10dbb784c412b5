import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  CLOSE,
  type Downward,
  MAX_FRAME,
  MAX_IN_FLIGHT,
  STREAM_WINDOW,
  type Upward,
} from '#contract/frames'
import type { LineEvents } from './line'
import { createLink, type Link } from './link'
import { PATIENCE_MS, SILENCE_MS } from './watchdog'

/** Main's end of one line. */
interface FakeLine {
  readonly events: LineEvents
  readonly heard: Upward[]
  isClosed: boolean
  say(...frames: Downward[]): void
}

const WELCOME: Downward = { t: 'welcome', epoch: 'e1', seq: 0, resync: false }

let link: Link
let lines: FakeLine[]
beforeEach(() => {
  vi.useFakeTimers()
  lines = []
  link = createLink((events) => {
    const line: FakeLine = {
      events,
      heard: [],
      isClosed: false,
      say: (...frames) => frames.forEach((frame) => events.onFrame(JSON.stringify(frame))),
    }
    lines.push(line)
    return {
      send: (frame) => void line.heard.push(JSON.parse(frame) as Upward),
      close() {
        line.isClosed = true
      },
    }
  })
})
afterEach(() => vi.useRealTimers())

function ready(
  welcome: Partial<Extract<Downward, { t: 'welcome' }>> = {},
  token?: string,
): FakeLine {
  link.connect()
  const line = lines.at(-1)!
  line.events.onOpen(token)
  line.say({ ...WELCOME, ...welcome } as Downward)
  return line
}
const state = () => link.connection.current().state
const echo = (text = 'hi', signal?: AbortSignal) =>
  link.calls.ask('query', 'probe.echo', { text }, { signal })
const order = () => link.calls.ask('command', 'probe.order', {})
const calls = (line: FakeLine) => line.heard.filter((frame) => frame.t === 'call')
const last = () => lines.at(-1)!

function read(signal?: AbortSignal) {
  return link.calls.read('probe.count', {}, { signal })[Symbol.asyncIterator]()
}
function chunk(seq: number): Downward {
  return { t: 'chunk', id: 1, seq, value: seq }
}
function news(seq: number, name = 'tickets.changed'): Downward {
  return { t: 'news', seq, name, payload: seq }
}
async function gather(pieces: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const piece of pieces) all.push(piece)
  return all
}

describe('the line to main', () => {
  test('greets first, with the key, and is ready when it is welcomed', () => {
    link.connect()
    expect(state()).toBe('connecting')
    last().events.onOpen('key')
    expect(last().heard).toEqual([{ t: 'hello', token: 'key' }])
    last().say(WELCOME)
    expect(state()).toBe('ready')
    link.connect()
    expect(lines).toHaveLength(1)
  })
  test('comes back by itself, later each time, and says what it heard last', () => {
    ready().say({ t: 'news', seq: 1, name: 'a.b', payload: {} })
    last().events.onClosed(CLOSE.goingAway, 'Quarterdeck does not answer.')
    expect(link.connection.current()).toEqual({
      state: 'offline',
      message: 'Quarterdeck does not answer.',
    })
    const waits: number[] = []
    for (let n = 1; n <= 9; n += 1) {
      let waited = 0
      while (lines.length === n) {
        vi.advanceTimersByTime(50)
        waited += 50
      }
      waits.push(waited)
      if (n < 9) last().events.onClosed(1006, 'Quarterdeck does not answer.')
    }
    expect(waits[0]).toBeLessThanOrEqual(300)
    expect(waits[3]).toBeGreaterThan(waits[0]! * 3)
    expect(Math.max(...waits)).toBeLessThanOrEqual(12_000)
    last().events.onOpen(undefined)
    expect(last().heard).toEqual([{ t: 'hello', epoch: 'e1', seq: 1 }])
  })
  test('is refused for good until somebody tries again', () => {
    link.connect()
    last().events.onClosed(CLOSE.notAdmitted, 'Run `quarterdeck open`.')
    expect(link.connection.current()).toEqual({
      state: 'refused',
      message: 'Run `quarterdeck open`.',
    })
    vi.advanceTimersByTime(60_000)
    expect(lines).toHaveLength(1)
    link.connect()
    expect(state()).toBe('connecting')
    expect(lines).toHaveLength(2)
  })
  test('asks to be reloaded when the two sides are not of one version', () => {
    ready().events.onClosed(CLOSE.badFrames, '')
    expect(link.connection.current()).toMatchObject({
      state: 'refused',
      message: expect.stringContaining('Reload') as string,
    })
  })
  test('asks a silent main whether it is there, and hangs up when it is not', () => {
    const line = ready()
    vi.advanceTimersByTime(SILENCE_MS)
    expect(line.heard.at(-1)).toEqual({ t: 'ping' })
    line.say({ t: 'pong' })
    vi.advanceTimersByTime(SILENCE_MS + PATIENCE_MS - 1)
    expect(state()).toBe('ready')
    vi.advanceTimersByTime(1)
    expect(state()).toBe('offline')
    expect(line.isClosed).toBe(true)
  })
  test('hangs up on a line that opens and never welcomes', () => {
    link.connect()
    last().events.onOpen(undefined)
    vi.advanceTimersByTime(PATIENCE_MS)
    expect(state()).toBe('offline')
    expect(lines[0]!.isClosed).toBe(true)
  })
  test('hears nothing more of a line that it gave up', () => {
    const old = ready()
    old.events.onClosed(CLOSE.goingAway, '')
    vi.advanceTimersByTime(400)
    old.say(WELCOME)
    old.events.onClosed(CLOSE.notAdmitted, 'old')
    expect(state()).toBe('offline')
  })
})

describe('a call', () => {
  test('waits for the first line', async () => {
    const answer = echo()
    const line = ready()
    expect(calls(line)).toEqual([{ t: 'call', id: 1, name: 'probe.echo', input: { text: 'hi' } }])
    line.say({ t: 'value', id: 1, value: { text: 'hi' } })
    expect(await answer).toEqual({ text: 'hi' })
  })
  test('is told the no as it was said', async () => {
    const line = ready()
    const answer = echo()
    line.say({ t: 'refused', id: 1, code: 'conflict', message: 'It is resolved already.' })
    await expect(answer).rejects.toMatchObject({
      name: 'Refusal',
      code: 'conflict',
      message: 'It is resolved already.',
    })
  })
  test('fails when the line breaks: a question may be asked again, of an order nobody knows', async () => {
    const line = ready()
    const [asked, ordered] = [echo(), order()]
    line.events.onClosed(CLOSE.goingAway, '')
    await expect(asked).rejects.toMatchObject({
      code: 'disconnected',
      message: expect.stringContaining('asked again') as string,
    })
    await expect(ordered).rejects.toMatchObject({
      code: 'disconnected',
      message: expect.stringContaining('look before you repeat it') as string,
    })
    await expect(order()).rejects.toMatchObject({
      code: 'disconnected',
      message: expect.stringContaining('Nothing was sent') as string,
    })
  })
  test('is never sent twice', () => {
    const line = ready()
    order().catch(() => {})
    line.events.onClosed(CLOSE.goingAway, '')
    expect(calls(ready())).toEqual([])
  })
  test('is not sent at all when it was taken back before', async () => {
    const abort = new AbortController()
    const answer = echo('hi', abort.signal)
    abort.abort()
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' })
    expect(calls(ready())).toEqual([])
    await expect(echo('hi', abort.signal)).rejects.toMatchObject({ code: 'cancelled' })
  })
  test('is cancelled in main when it is taken back', async () => {
    const line = ready()
    const abort = new AbortController()
    const answer = echo('hi', abort.signal)
    abort.abort()
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' })
    expect(line.heard.at(-1)).toEqual({ t: 'cancel', id: 1 })
    expect(() => line.say({ t: 'value', id: 1, value: 'late' })).not.toThrow()
  })
  test('waits for room when main has as many as it takes', () => {
    const line = ready()
    for (let n = 0; n < MAX_IN_FLIGHT + 2; n += 1) echo().catch(() => {})
    expect(calls(line)).toHaveLength(MAX_IN_FLIGHT)
    line.say({ t: 'value', id: 1, value: {} })
    expect(calls(line)).toHaveLength(MAX_IN_FLIGHT + 1)
  })
  test('that was taken back keeps its room until main is done with it', () => {
    const line = ready()
    const abort = new AbortController()
    echo('hi', abort.signal).catch(() => {})
    for (let n = 0; n < MAX_IN_FLIGHT; n += 1) echo().catch(() => {})
    abort.abort()
    expect(calls(line)).toHaveLength(MAX_IN_FLIGHT)
    line.say({ t: 'refused', id: 1, code: 'cancelled', message: '' })
    expect(calls(line)).toHaveLength(MAX_IN_FLIGHT + 1)
  })
  test('that is too long for a frame is not sent', async () => {
    const line = ready()
    await expect(echo('x'.repeat(MAX_FRAME))).rejects.toMatchObject({ code: 'too_much' })
    expect(calls(line)).toEqual([])
  })
})

describe('a stream', () => {
  test('gives its pieces in order and ends', async () => {
    const line = ready()
    const pieces = gather(link.calls.read('probe.count', {}))
    await Promise.resolve()
    line.say(chunk(1), chunk(2), chunk(3), { t: 'end', id: 1 })
    expect(await pieces).toEqual([1, 2, 3])
    expect(line.heard.filter(({ t }) => t === 'cancel')).toEqual([])
  })
  test('acknowledges what was taken in, not what arrived', async () => {
    const line = ready()
    const reader = read()
    for (let seq = 1; seq <= STREAM_WINDOW; seq += 1) line.say(chunk(seq))
    expect(line.heard.filter(({ t }) => t === 'ack')).toEqual([])
    for (let n = 0; n < STREAM_WINDOW; n += 1) await reader.next()
    expect(line.heard.findLast(({ t }) => t === 'ack')).toEqual({
      t: 'ack',
      id: 1,
      seq: STREAM_WINDOW,
    })
  })
  test('is cancelled in main when its reader leaves, also while it waits', async () => {
    const line = ready()
    const reader = read()
    const waiting = reader.next()
    await reader.return!()
    expect(await waiting).toEqual({ done: true, value: undefined })
    expect(line.heard.at(-1)).toEqual({ t: 'cancel', id: 1 })
    expect(await reader.next()).toEqual({ done: true, value: undefined })
  })
  test('is cancelled by a signal', async () => {
    const line = ready()
    const abort = new AbortController()
    const waiting = read(abort.signal).next()
    abort.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
    expect(line.heard.at(-1)).toEqual({ t: 'cancel', id: 1 })
  })
  test('tells a no after the pieces that came before it, once', async () => {
    const line = ready()
    const reader = read()
    line.say(chunk(1), { t: 'refused', id: 1, code: 'not_found', message: 'There is no such run.' })
    expect(await reader.next()).toEqual({ done: false, value: 1 })
    await expect(reader.next()).rejects.toMatchObject({ code: 'not_found' })
    expect(await reader.next()).toEqual({ done: true, value: undefined })
  })
  test('fails when the line breaks', async () => {
    const line = ready()
    const waiting = read().next()
    line.events.onClosed(CLOSE.goingAway, '')
    await expect(waiting).rejects.toMatchObject({ code: 'disconnected' })
    await expect(read().next()).rejects.toMatchObject({ code: 'disconnected' })
  })
  test('takes no room among the calls', () => {
    const line = ready()
    for (let n = 0; n < 10; n += 1) read()
    for (let n = 0; n < MAX_IN_FLIGHT; n += 1) echo().catch(() => {})
    expect(calls(line)).toHaveLength(MAX_IN_FLIGHT + 10)
  })
})

describe('news', () => {
  let heard: unknown[]
  let resyncs: number
  beforeEach(() => {
    heard = []
    resyncs = 0
    link.news.subscribe('tickets.changed', (payload) => heard.push(payload))
    link.news.onResync(() => {
      resyncs += 1
    })
  })
  test('reach who subscribed, until they stop', () => {
    const other: unknown[] = []
    const stop = link.news.subscribe('tickets.changed', (payload) => other.push(payload))
    const line = ready()
    line.say(news(1), news(2, 'runs.changed'))
    stop()
    line.say(news(3))
    expect([heard, other, resyncs]).toEqual([[1, 3], [1], 0])
  })
  test('that were missed are told after the line came back', () => {
    ready().say(news(1))
    last().events.onClosed(CLOSE.goingAway, '')
    ready({ seq: 3 }).say(news(2), news(3))
    expect([heard, resyncs]).toEqual([[1, 2, 3], 0])
  })
  test('that cannot be told any more make everything be asked again', () => {
    ready().say(news(1))
    last().events.onClosed(CLOSE.goingAway, '')
    ready({ epoch: 'e2', seq: 7, resync: true }).say(news(8))
    expect([heard, resyncs]).toEqual([[1, 8], 1])
    last().say({ t: 'welcome', epoch: 'e2', seq: 9, resync: true }, news(10))
    expect([heard, resyncs]).toEqual([[1, 8, 10], 2])
  })
  test('with a number missing make everything be asked again', () => {
    ready().say(news(1), news(3))
    expect([heard, resyncs]).toEqual([[1, 3], 1])
  })
  test('are not enough for who lost an answer: everything is asked again', () => {
    ready()
    echo().catch(() => {})
    last().events.onClosed(CLOSE.goingAway, '')
    ready()
    expect(resyncs).toBe(1)
  })
})
