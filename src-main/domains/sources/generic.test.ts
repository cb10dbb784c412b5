import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, senderOf } from './sender.suite'
import { Unreadable } from './source'

const { read } = senderOf('generic')

describe('generic JSON', () => {
  test('is read where the mapping says', () => {
    const mapping = {
      items: '/data/alarms',
      title: '/what/text',
      description: '/what/more~1here',
      fingerprint: '/key',
      status: '/state',
      resolvedValues: ['Gone'],
      severity: '/level',
      severityMap: { RED: 'critical' },
      service: '/who/0',
      host: '/where',
      link: '/see',
    }
    const body = {
      data: {
        alarms: [
          {
            what: { text: 'Pump stands', 'more/here': 'no flow' },
            key: 7,
            state: 'on',
            level: 'red',
            who: ['water'],
            where: 'https://pump.example/1',
            see: 'https://pump.example/1',
          },
          { what: { text: 'Pump runs' }, key: '8', state: 'GONE', level: 'warning' },
          { key: 9 },
        ],
      },
    }
    const { signals, note } = read(body, { mapping })
    expect(signals).toMatchObject([
      {
        title: 'Pump stands',
        description: 'no flow',
        fingerprint: '7',
        state: 'firing',
        severity: 'critical',
        service: 'water',
        host: 'pump.example',
        links: [{ title: 'Source', url: 'https://pump.example/1' }],
        startsAt: NOW,
      },
      { title: 'Pump runs', fingerprint: '8', state: 'resolved', severity: 'medium', endsAt: NOW },
    ])
    expect(note).toBe('1 without a title could not be read')
  })

  test('needs no mapping for the usual names', () => {
    const body = {
      title: 'Disk full',
      status: 'open',
      severity: 'P2',
      service: 'db',
      host: 'db-2:5432',
    }
    const again = { ...body, status: 'Closed', description: 'other words' }
    const [first, second] = [body, again].map((each) => read(each).signals[0]!)
    expect(first).toMatchObject({
      title: 'Disk full',
      state: 'firing',
      severity: 'high',
      host: 'db-2',
    })
    expect([second!.state, second!.fingerprint]).toEqual(['resolved', first!.fingerprint])
  })

  test('follows no pointer into a prototype', () => {
    const mapping = { title: '/constructor/name', description: '/__proto__/x' }
    expect(() => read({ title: 'x' }, { mapping })).toThrow(Unreadable)
  })

  test.each([
    [{}, {}, 'no title'],
    [{ alarms: 7 }, { items: '/alarms' }, 'no list at /alarms'],
    [null, {}, 'no title'],
  ])('%j says where %j found nothing', (body, mapping, problem) => {
    const reading = () => read(body, { mapping })
    expect(reading).toThrow(Unreadable)
    expect(reading).toThrow(problem === 'no title' ? /has a title at/ : /There is no list at/)
  })

  test('an empty list is ignored', () => {
    expect(read({ a: [] }, { mapping: { items: '/a' } })).toMatchObject({ signals: [] })
  })

  keepsItsPromises('generic', [{ title: 'Disk full', status: 'open', severity: 'P2', host: 'a' }])
  firesAndIsResolved('generic', { severity: 'info', service: 'quarterdeck', startsAt: NOW })
})
