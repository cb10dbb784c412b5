import { expect, test } from 'vitest'
import { CLOSE } from '#contract/frames'
import { createProbe, type Probe, probeContract } from './probe.suite'
import { createBridge } from './serve'
import { MAX_WAITING } from './session'
import { describeTransport, listen, type RawLine, type Rig } from './transport.suite'
import type { Transport } from './transport'

/** The two ends of a line without any wire between them. */
function createPair(): { near: Transport; far: RawLine; stuff(bytes: number): void } {
  const toMain: ((text: string) => void)[] = []
  const toPage: ((text: string) => void)[] = []
  const onClose: (() => void)[] = []
  let isOpen = true
  let buffered = 0
  const closing = Promise.withResolvers<number>()
  function close(code: number) {
    if (!isOpen) return
    isOpen = false
    closing.resolve(code)
    for (const listener of onClose) listener()
  }
  return {
    near: {
      send: (text) => isOpen && toPage.forEach((listener) => listener(text)),
      close,
      onMessage: (listener) => void toMain.push(listener),
      onClose: (listener) => void onClose.push(listener),
      bufferedAmount: () => buffered,
    },
    far: {
      send: (text) => isOpen && toMain.forEach((listener) => listener(text)),
      onFrame: (listener) => void toPage.push(listener),
      closed: closing.promise,
      hangUp: () => close(CLOSE.goingAway),
    },
    stuff: (bytes) => {
      buffered = bytes
    },
  }
}

async function startPairs({ bridge }: Probe): Promise<Rig> {
  return {
    async open() {
      const { near, far } = createPair()
      bridge.open(near)
      return far
    },
    hello: () => ({}),
    close: async () => {},
  }
}

describeTransport('a bare pair', startPairs)

test('a renderer that takes nothing in is hung up on', async () => {
  const { bridge, tell } = createProbe()
  const { near, far, stuff } = createPair()
  bridge.open(near)
  const line = listen(far)
  line.say({ t: 'hello' })
  stuff(MAX_WAITING + 1)
  tell({ n: 1 })
  expect(await far.closed).toBe(CLOSE.tooSlow)
  expect(bridge.sessions()).toBe(0)
})

test('closing the bridge ends every session as a going away', async () => {
  const { bridge, tell } = createProbe()
  const lines = [createPair(), createPair()]
  for (const { near, far } of lines) {
    bridge.open(near)
    listen(far).say({ t: 'hello' })
  }
  bridge.close()
  expect(await Promise.all(lines.map(({ far }) => far.closed))).toEqual([
    CLOSE.goingAway,
    CLOSE.goingAway,
  ])
  expect(bridge.sessions()).toBe(0)
  expect(() => tell({ n: 1 })).not.toThrow()
})

test('a domain that does not answer a call is found at the start, not at 3 a.m.', () => {
  const { events, log } = createProbe()
  const domains = { probe: {} } as never
  expect(() =>
    createBridge({ contract: probeContract, domains, events, log, caller: () => ({}) as never }),
  ).toThrow('Nobody answers probe.echo')
})
