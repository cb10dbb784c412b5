import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, payloadsOf, senderOf } from './sender.suite'

describe('Codecov', () => {
  const { reader, read, receive } = senderOf('codecov')
  for (const [name, payload] of payloadsOf('codecov'))
    test(`${name} is read`, async () => {
      const { changes, signals } = await receive(payload.bytes, payload.headers)
      expect(changes).toMatchObject([
        {
          kind: 'build',
          repository: 'test-acc9/test_example',
          branch: 'featureA',
          state: 'succeeded',
          title: 'Coverage 85 %',
        },
      ])
      expect(signals).toMatchObject([{ state: 'resolved' }])
    })

  test('less coverage is for information, and its times are UTC', () => {
    const [signal] = read(reader.example('firing', NOW, null)).signals
    expect(signal).toMatchObject({ state: 'firing', severity: 'info', startsAt: NOW })
    expect(signal!.title).toContain('fell by 13.8 points to 71.2 %')
  })

  keepsItsPromises('codecov', [reader.example('firing', NOW, null)])
  firesAndIsResolved('codecov')
})
