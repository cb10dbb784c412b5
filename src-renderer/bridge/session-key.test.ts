import { describe, expect, test, vi } from 'vitest'
import { createDoorLines } from './door-line'
import { createSessionKey } from './session-key'

function createPlaces(hash: string, answer: () => Promise<Response>) {
  const stored = new Map<string, string>()
  const seen: string[] = []
  const location = { hash, pathname: '/tickets', search: '?q=1' }
  return {
    stored,
    seen,
    location,
    key: createSessionKey({
      location,
      history: {
        state: null,
        replaceState(_, __, url) {
          seen.push(`address ${String(url)}`)
          location.hash = ''
        },
      },
      storage: {
        getItem: (name) => stored.get(name) ?? null,
        setItem: (name, value) => void stored.set(name, value),
        removeItem: (name) => void stored.delete(name),
      },
      fetch(path, { body }) {
        seen.push(`post ${path} ${body as string}`)
        return answer()
      },
    }),
  }
}
const json = (value: object) => async () => Response.json(value)

describe('the key of a tab', () => {
  test('is paid with the ticket in the address, which is gone before anything is asked', async () => {
    const { key, seen, stored } = createPlaces('#t=abc-_1', json({ token: 'secret' }))
    expect(await key.find()).toEqual({ kind: 'key', token: 'secret' })
    expect(seen).toEqual(['address /tickets?q=1', 'post /session {"ticket":"abc-_1"}'])
    expect([...stored.values()]).toEqual(['secret'])
    expect(await key.find()).toEqual({ kind: 'key', token: 'secret' })
    expect(seen).toHaveLength(2)
  })
  test('is kept over a reload', async () => {
    const { key, stored } = createPlaces('', json({}))
    stored.set('quarterdeck.key', 'secret')
    expect(await key.find()).toEqual({ kind: 'key', token: 'secret' })
  })
  test('is not there in a new tab, which is told what to do', async () => {
    const { key, seen } = createPlaces('', json({}))
    expect(await key.find()).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('`quarterdeck open`') as string,
    })
    expect(seen).toEqual([])
  })
  test('is not given for a used ticket; main says why', async () => {
    const { key, stored } = createPlaces(
      '#t=abc',
      json({ code: 'expired', message: 'This address was used already.' }),
    )
    expect(await key.find()).toEqual({ kind: 'refused', message: 'This address was used already.' })
    expect(stored.size).toBe(0)
  })
  test('is asked for again with the same ticket when main was away', async () => {
    const answer = vi
      .fn<() => Promise<Response>>(json({ token: 'secret' }))
      .mockRejectedValueOnce(new TypeError('Failed to fetch'))
    const { key, seen } = createPlaces('#t=abc', answer)
    expect(await key.find()).toEqual({ kind: 'away' })
    expect(await key.find()).toEqual({ kind: 'key', token: 'secret' })
    expect(seen.filter((what) => what.startsWith('post'))).toHaveLength(2)
  })
  test('is another one for a new address in the same tab', async () => {
    const places = createPlaces('', json({ token: 'new' }))
    places.stored.set('quarterdeck.key', 'old')
    places.location.hash = '#t=fresh'
    expect(await places.key.find()).toEqual({ kind: 'key', token: 'new' })
  })
  test('is forgotten when main does not take it', async () => {
    const { key, stored } = createPlaces('#t=abc', json({ token: 'secret' }))
    await key.find()
    key.forget()
    expect(stored.size).toBe(0)
  })
  test.each(['#t=', '#x=abc', '#t=a b', '#/tickets', '#t=abc&x=1'])(
    'is not looked for in %j',
    async (hash) => {
      const { key, seen } = createPlaces(hash, json({ token: 'secret' }))
      expect(await key.find()).toMatchObject({ kind: 'refused' })
      expect(seen).toEqual([])
    },
  )
})

function createDoor() {
  const posted: string[] = []
  const heard: string[] = []
  const listeners: {
    frame?: (frame: string) => void
    closed?: (code: number, reason: string) => void
  } = {}
  const open = createDoorLines({
    post: (frame) => posted.push(frame),
    hangUp: () => posted.push('(hung up)'),
    onFrame: (listener) => (listeners.frame = listener),
    onClosed: (listener) => (listeners.closed = listener),
  })
  return {
    posted,
    heard,
    start: () =>
      open({
        onOpen: (token) => heard.push(`open ${token}`),
        onFrame: (frame) => heard.push(frame),
        onClosed: (code) => heard.push(`closed ${code}`),
      }),
    say: (frame: string) => listeners.frame!(frame),
    close: (code: number) => listeners.closed!(code, ''),
  }
}

describe("a line through Electron's door", () => {
  test('is open at once and carries texts both ways', async () => {
    const { posted, heard, start, say } = createDoor()
    const line = start()
    expect(heard).toEqual([])
    await Promise.resolve()
    line.send('up')
    say('down')
    expect([posted, heard]).toEqual([['up'], ['open undefined', 'down']])
  })
  test('is closed by main once, and by the page without a word to itself', async () => {
    const { posted, heard, start, close, say } = createDoor()
    start()
    await Promise.resolve()
    close(4400)
    close(4400)
    say('late')
    expect(heard).toEqual(['open undefined', 'closed 4400'])
    start().close()
    say('late')
    expect(heard).toHaveLength(2)
    expect(posted).toEqual(['(hung up)'])
  })
})
