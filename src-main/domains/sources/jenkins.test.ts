import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { NOW, payloadsOf, senderOf } from './sender.suite'
import { Unreadable } from './source'

describe('Jenkins', () => {
  const { reader, read, receive } = senderOf('jenkins')
  for (const [name, payload] of payloadsOf('jenkins'))
    test(`${name} is read`, async () => {
      const { changes, signals } = await receive(payload.bytes, payload.headers)
      expect(changes).toMatchObject([{ kind: 'build', state: 'succeeded' }])
      expect(signals).toMatchObject([{ state: 'resolved' }])
      const [build] = changes!
      expect(build).toMatchObject(
        name.includes('synapse')
          ? { externalId: 'Synapse/8', branch: 'develop', repository: 'matrix-org/synapse' }
          : { externalId: 'asgard/18', branch: 'master', repository: 'evgeny-goldin/asgard' },
      )
    })

  test('COMPLETED and FINALIZED are the same build', () => {
    const body = reader.example('firing', NOW, null) as { build: object }
    const ids = ['COMPLETED', 'FINALIZED'].map(
      (phase) => read({ ...body, build: { ...body.build, phase } }).changes![0]!.externalId,
    )
    expect(ids[0]).toBe(ids[1])
  })

  test('a build that waits or runs is no signal', () => {
    const body = reader.example('firing', NOW, null) as { build: object }
    for (const [phase, state] of [
      ['QUEUED', 'queued'],
      ['STARTED', 'running'],
    ]) {
      const reading = read({ ...body, build: { ...body.build, phase, status: undefined } })
      expect(reading.signals).toEqual([])
      expect(reading.changes).toMatchObject([{ state }])
    }
  })

  test('a failure on a branch of its own is its author’s business', () => {
    const body = reader.example('firing', NOW, null) as { build: object }
    const scm = { branch: 'origin/feature/x' }
    expect(read({ ...body, build: { ...body.build, scm } }).signals).toEqual([])
  })

  test('XML is refused with what to set', () => {
    expect(() => read('<job/>')).toThrow(Unreadable)
  })

  keepsItsPromises('jenkins', [reader.example('firing', NOW, null)])
  firesAndIsResolved('jenkins')
})
