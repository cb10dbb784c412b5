import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { joinedWordsOf, relatedTo, splitIdentifier, withoutInstances, wordsOf } from './ops-words'

describe('words of operations', () => {
  test.each([
    ['KubePodCrashLooping', ['kube', 'pod', 'crash', 'looping']],
    ['node_filesystem_avail_bytes', ['node', 'filesystem', 'avail', 'bytes']],
    ['OOMKilled', ['oom', 'killed']],
    ['PVCs', ['pvcs']],
    ['etcdGRPCRequestsSlow', ['etcd', 'grpc', 'requests', 'slow']],
    ['PostgreSQL on MySQL', ['postgresql', 'on', 'mysql']],
    ['HTTP5xxErrors', ['http', '5xx', 'errors']],
  ])('%s is split', (text, parts) => {
    expect(splitIdentifier(text)).toEqual(parts)
  })

  test.each([
    ['fails failed failing failure', 'fail'],
    ['certificate certs certificates', 'certificate'],
    ['postgres pg psql PostgreSQL', 'postgresql'],
    ['replicas replica', 'replica'],
  ])('%s are one word', (text, spelled) => {
    expect(new Set(wordsOf(text))).toEqual(new Set(wordsOf(spelled)))
  })

  test('short forms count as what they stand for too', () => {
    expect(wordsOf('PVC')).toEqual(expect.arrayContaining(wordsOf('persistent volume claim')))
  })

  test('a negation is a word, numbers and function words are none', () => {
    expect(wordsOf('there is no leader since 10 minutes')).toEqual(['no', 'leader'])
  })

  test('neighbours also count as one', () => {
    expect(joinedWordsOf('Mac pool')).toEqual(['macpool'])
  })

  test('words of one meaning know each other both ways', () => {
    const [down, absent] = [wordsOf('down')[0]!, wordsOf('absent')[0]!]
    expect(relatedTo(down).has(absent) && relatedTo(absent).has(down)).toBe(true)
  })

  test.each([
    '10.0.0.7:9100',
    'node-3.prod.example.net',
    'mailer-a5208bdbe-e4556',
    'worker-12',
    'https://example.org/a?b=c',
  ])('%s is the name of an instance', (name) => {
    expect(withoutInstances(`on ${name} now`).split(/\s+/)).toEqual(['on', 'now'])
  })

  test('names every object has are ordinary words', () => {
    expect(wordsOf('constructor prototype')).toEqual(['constructor', 'prototyp'])
  })

  test('any text has words without spaces', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(wordsOf(text).every((word) => /^\S+$/.test(word))).toBe(true)
      }),
    )
  })
})
