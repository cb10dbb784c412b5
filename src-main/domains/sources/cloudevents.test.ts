import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, readsItsPayloads, senderOf, timeOf } from './sender.suite'
import { Unreadable } from './source'

const { reader, read, keyOf } = senderOf('cloudevents')

const event = (parts: object = {}) => ({
  specversion: '1.0',
  id: '1',
  source: 'https://ci.example/pipeline',
  type: 'example.pipeline.failed',
  subject: 'shop',
  time: '2026-01-01T11:00:00Z',
  ...parts,
})
const key = (body: unknown, headers = {}) => keyOf(body, { headers })
const encoded = (value: string) => Buffer.from(value).toString('base64')

describe('CloudEvents', () => {
  test('an event is read with its data and attributes', () => {
    const data = {
      title: 'Deployment failed',
      severity: 'error',
      host: 'ci-1',
      url: 'https://ci.example/7',
    }
    const { signals } = read(event({ data, cluster: 'prod' }))
    expect(signals).toMatchObject([
      {
        state: 'firing',
        title: 'Deployment failed',
        severity: 'high',
        host: 'ci-1',
        startsAt: timeOf('2026-01-01T11:00:00Z'),
        labels: { type: 'example.pipeline.failed', subject: 'shop', cluster: 'prod' },
        links: [
          { title: 'Source', url: 'https://ci.example/7' },
          { title: 'Event source', url: 'https://ci.example/pipeline' },
        ],
      },
    ])
  })

  test('that it is right again has the fingerprint of what was wrong', () => {
    const wrong = read(event({ data: { status: 'firing' }, type: 'a.b' })).signals[0]!
    const right = read(event({ id: '2', data: { status: 'OK' }, type: 'a.b' })).signals[0]!
    expect([right.state, right.fingerprint]).toEqual(['resolved', wrong.fingerprint])
    const failed = read(event()).signals[0]!
    const recovered = read(event({ type: 'example.pipeline.recovered' })).signals[0]!
    expect([recovered.state, recovered.fingerprint]).toEqual(['resolved', failed.fingerprint])
    const other = read(event({ subject: 'blog' })).signals[0]!
    expect(other.fingerprint).not.toBe(failed.fingerprint)
  })

  test('a fingerprint of the sender counts most', () => {
    const data = { dedup_key: 'k-1', severity: 'low' }
    expect(read(event({ data })).signals).toMatchObject([{ fingerprint: 'k-1' }])
  })

  test('in binary mode its attributes are headers, percent-encoded', () => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': '1',
      'ce-source': '/gauge',
      'ce-type': 'tank.alert',
      'ce-subject': 'H%C3%B6he',
    }
    expect(read('the tank runs over', { headers }).signals).toMatchObject([
      { state: 'firing', title: 'tank.alert: Höhe', description: 'the tank runs over' },
    ])
    expect(key('x', headers)).toBe(key('y', headers))
    expect(reader.accepts('application/xml', headers)).toBe('text')
    expect(reader.accepts('application/xml', {})).toBeUndefined()
  })

  test('a batch is read event by event', () => {
    const batch = [event(), event({ id: '2', subject: 'blog' }), event({ specversion: '0.3' })]
    const { signals, note } = read(batch)
    expect(signals).toHaveLength(2)
    expect(note).toContain('1 could not be read: CloudEvents 0.3')
    expect(read([])).toMatchObject({ ignored: 'the batch is empty' })
  })

  test('data as base64 is decoded when it is JSON', () => {
    const said = event({ type: 'a.b', data_base64: encoded('{"severity":"critical"}') })
    expect(read(said).signals).toMatchObject([{ severity: 'critical' }])
    const binary = event({ data_base64: encoded('\0\u0001 not JSON') })
    expect(read(binary).signals).toHaveLength(1)
  })

  test('an event that says nothing about right or wrong is ignored', () => {
    expect(read(event({ type: 'com.example.order.shipped' }))).toMatchObject({
      signals: [],
      ignored: expect.stringContaining('com.example.order.shipped') as string,
    })
  })

  test('source and id together number a delivery', () => {
    expect(key(event())).toBe(key(event({ data: { other: 1 } })))
    expect(key(event())).not.toBe(key(event({ id: '2' })))
    expect(key(event())).not.toBe(key(event({ source: '/b' })))
    expect(key({})).toBeUndefined()
    expect(key([event(), {}])).toBeUndefined()
  })

  test.each([
    [{}],
    [7],
    [null],
    [event({ specversion: '0.3' })],
    [event({ id: '' })],
    [event({ type: {} })],
  ])('%j is refused with what is wrong', (body) => {
    expect(() => read(body)).toThrow(Unreadable)
  })

  readsItsPayloads('cloudevents', ['cloudevents'], {
    v1_structured_1: { ignored: expect.stringMatching(/^com\.github\.pull\.create says neither/) },
    v03_structured_0: { refused: expect.stringMatching(/^CloudEvents 0\.3 cannot be read/) },
  })
  keepsItsPromises('cloudevents', [
    event({ data: { severity: 'high', labels: { a: 'b' } } }),
    [event(), event({ data_base64: encoded('{"severity":"critical"}') })],
  ])
  firesAndIsResolved('cloudevents', { severity: 'info', startsAt: NOW })
})
