import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createProbe, type Probe } from '#bridge/probe.suite'
import { describeTransport, listen, type RawLine } from '#bridge/transport.suite'
import { CLOSED, FRAMES } from '#contract/door'
import { CLOSE } from '#contract/frames'
import { createDoor } from './door'
import { createFakeIpc, FakeContents, frameIn } from './fakes.suite'

function startDoor(probe: Probe, bridge = Promise.resolve(probe.bridge)) {
  const { ipcMain, hear } = createFakeIpc()
  const ours = new Set<unknown>()
  createDoor({ ipcMain, bridge, log: probe.log, isOurs: (contents) => ours.has(contents) })
  let id = 0
  return {
    hear,
    openPage(): FakeContents {
      const contents = new FakeContents((id += 1))
      ours.add(contents)
      return contents
    },
    lineOf: (contents: FakeContents): RawLine => ({
      send: (text) => hear(FRAMES, contents, text),
      onFrame: (listener) => void contents.on(`sent:${FRAMES}`, listener),
      closed: new Promise((settle) => contents.on(`sent:${CLOSED}`, settle)),
      hangUp: () => hear(CLOSED, contents, undefined),
    }),
  }
}

describeTransport("Electron's door", async (probe) => {
  const { openPage, lineOf } = startDoor(probe)
  return { open: async () => lineOf(openPage()), hello: () => ({}), close: async () => {} }
})

describe("Electron's door", () => {
  let probe: Probe
  let door: ReturnType<typeof startDoor>
  let page: FakeContents
  beforeEach(() => {
    probe = createProbe()
    door = startDoor(probe)
    page = door.openPage()
  })
  afterEach(() => probe.bridge.close())

  const HELLO = '{"t":"hello"}'
  const CALL = '{"t":"call","id":1,"name":"probe.echo","input":{"text":"hi"}}'

  async function greet(contents = page) {
    const line = listen(door.lineOf(contents))
    line.say({ t: 'hello' })
    await vi.waitFor(() => expect(line.of('welcome')).toHaveLength(1))
    return line
  }

  describe('is deaf to', () => {
    const throwing = {
      get parent(): never {
        throw new Error('Render frame was disposed before WebFrameMain could be accessed')
      },
    }
    test.each<[string, (contents: FakeContents) => unknown]>([
      ['a frame that is gone', () => null],
      ['a frame that was disposed of', () => throwing],
      ['a frame in the page', (contents) => frameIn(contents)],
      ['a frame that says it has no parent', (contents) => frameIn(contents, { parent: null })],
      [
        'a page of another origin',
        (contents) => ({ ...contents.mainFrame, origin: 'https://evil.example' }),
      ],
      ['a file', (contents) => ({ ...contents.mainFrame, origin: 'file://' })],
      ['an opaque origin', (contents) => ({ ...contents.mainFrame, origin: 'null' })],
      [
        'an origin that only begins like ours',
        (contents) => ({ ...contents.mainFrame, origin: 'app://console.evil.example' }),
      ],
      [
        'another host of our scheme',
        (contents) => ({ ...contents.mainFrame, origin: 'app://other' }),
      ],
      ['no origin', (contents) => ({ ...contents.mainFrame, origin: '' })],
    ])('%s, on every frame', async (_, frameOf) => {
      door.hear(FRAMES, page, HELLO, frameOf(page))
      door.hear(FRAMES, page, CALL, frameOf(page))
      expect(probe.bridge.sessions()).toBe(0)
      const line = await greet()
      door.hear(FRAMES, page, CALL, frameOf(page))
      door.hear(CLOSED, page, undefined, frameOf(page))
      line.say({ t: 'call', id: 2, name: 'probe.wait', input: {} })
      await vi.waitFor(() => expect(probe.seen.reached).toEqual(['wait']))
      expect(probe.bridge.sessions()).toBe(1)
      expect(probe.logged.filter((entry) => entry.includes('somebody else'))).toHaveLength(4)
    })
    test('a page that we did not open', async () => {
      const stranger = new FakeContents(99)
      door.hear(FRAMES, stranger, HELLO)
      await Promise.resolve()
      expect(probe.bridge.sessions()).toBe(0)
      expect(stranger.sent).toEqual([])
    })
  })

  test.each([[{ t: 'hello' }], [null], [undefined], [7], [new Uint8Array(8)]])(
    'counts %j, which is no text, as a frame that fits nothing',
    async (frame) => {
      const line = door.lineOf(page)
      door.hear(FRAMES, page, frame)
      expect(await line.closed).toBe(CLOSE.notAdmitted)
    },
  )

  describe('ends the session', () => {
    test.each<[string, (contents: FakeContents) => void]>([
      [
        'when the page is loaded anew',
        (contents) =>
          contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false }),
      ],
      [
        'when the page dies',
        (contents) => contents.emit('render-process-gone', {}, { reason: 'crashed' }),
      ],
      [
        'when the window is gone',
        (contents) => {
          contents.isGone = true
          contents.emit('destroyed')
        },
      ],
    ])('%s, and cancels what it had under way', async (_, happen) => {
      const line = await greet()
      line.say({ t: 'call', id: 1, name: 'probe.wait', input: {} })
      await vi.waitFor(() => expect(probe.seen.reached).toEqual(['wait']))
      happen(page)
      await vi.waitFor(() => expect(probe.seen.aborted).toEqual(['wait']))
      expect(probe.bridge.sessions()).toBe(0)
      expect(() => probe.tell({ n: 1 })).not.toThrow()
      expect(page.listenerCount('did-start-navigation')).toBe(0)
    })
    test.each([
      { isMainFrame: true, isSameDocument: true },
      { isMainFrame: false, isSameDocument: false },
    ])('but not when only %j', async (details) => {
      await greet()
      page.emit('did-start-navigation', details)
      expect(probe.bridge.sessions()).toBe(1)
    })
    test('and opens another for the document that comes next', async () => {
      await greet()
      page.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false })
      const line = await greet()
      expect(probe.bridge.sessions()).toBe(1)
      line.say({ t: 'call', id: 1, name: 'probe.echo', input: { text: 'again' } })
      expect(await line.answerTo(1)).toMatchObject({ t: 'value' })
    })
  })

  test('keeps what is said before the house stands', async () => {
    const house = Promise.withResolvers<Probe['bridge']>()
    const early = startDoor(probe, house.promise)
    const line = listen(early.lineOf(early.openPage()))
    line.say({ t: 'hello' })
    line.say({ t: 'call', id: 1, name: 'probe.echo', input: { text: 'early' } })
    await Promise.resolve()
    expect(line.inbox).toEqual([])
    house.resolve(probe.bridge)
    expect(await line.answerTo(1)).toMatchObject({ t: 'value' })
    expect(line.inbox.map(({ t }) => t)).toEqual(['welcome', 'value'])
  })
  test('opens no session for a page that left before the house stood', async () => {
    const house = Promise.withResolvers<Probe['bridge']>()
    const early = startDoor(probe, house.promise)
    const left = early.openPage()
    early.hear(FRAMES, left, HELLO)
    left.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false })
    house.resolve(probe.bridge)
    await greet()
    expect(probe.bridge.sessions()).toBe(1)
    expect(left.sent).toEqual([])
  })
  test('keeps two windows apart', async () => {
    const other = door.openPage()
    const [first, second] = [await greet(page), await greet(other)]
    first.say({ t: 'call', id: 1, name: 'probe.echo', input: { text: 'mine' } })
    await first.answerTo(1)
    expect(second.of('value')).toEqual([])
    first.hangUp()
    second.say({ t: 'call', id: 1, name: 'probe.echo', input: { text: 'still' } })
    expect(await second.answerTo(1)).toMatchObject({ t: 'value' })
  })
})
