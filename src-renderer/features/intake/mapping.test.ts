import { describe, expect, test } from 'vitest'
import { GenericMapping } from '#contract/intake'
import { atPointer, pointerProblem, tryMapping } from './mapping'

describe('the mapping of a generic source', () => {
  test('finds what a pointer names, in objects and lists', () => {
    const body = { a: [{ 'x/y': { '~': 1 } }] }
    expect(atPointer(body, '/a/0/x~1y/~0')).toBe(1)
    expect(atPointer(body, '/a/9')).toBeUndefined()
    expect(atPointer(body, '/constructor')).toBeUndefined()
  })
  test('shows what an example gives', () => {
    const mapping = GenericMapping.parse({ items: '/events', title: '/name' })
    const tried = tryMapping(mapping, '{"events":[{"name":"Disk","severity":"high"},{}]}')
    expect(tried).toMatchObject({ count: 2, found: { title: 'Disk', severity: 'high' } })
    expect(tryMapping(mapping, '{"events":1}')).toBeNull()
    expect(tryMapping(mapping, 'no JSON')).toBeNull()
  })
  test('says how a pointer is written', () => {
    expect(pointerProblem('alert.title')).toBe('Begins with a slash: /alert/title')
    expect(pointerProblem('/a~b')).toMatch(/~0/)
    expect(pointerProblem('')).toBeNull()
    expect(pointerProblem('/labels/alertname')).toBeNull()
  })
})
