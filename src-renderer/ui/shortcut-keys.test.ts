import { describe, expect, test } from 'vitest'
import { chordOf, matchKeys } from './shortcut-keys'

const press = (key: string, more: object = {}) =>
  chordOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more })

describe('a key press', () => {
  test('is named the same on every machine', () => {
    expect(press('k', { ctrlKey: true })).toBe('mod+k')
    expect(press('k', { metaKey: true })).toBe('mod+k')
    expect(press('D', { shiftKey: true })).toBe('shift+d')
    expect(press('Enter', { ctrlKey: true })).toBe('mod+enter')
  })

  test('names a sign by itself, because Shift differs from keyboard to keyboard', () => {
    expect(press('?', { shiftKey: true })).toBe('?')
    expect(press('/', { shiftKey: true })).toBe('/')
  })

  test('means nothing while it is only a modifier', () => {
    expect(press('Shift', { shiftKey: true })).toBeUndefined()
  })
})

describe('a sequence', () => {
  const known = ['g w', 'g i', 'w', 'e', 'mod+k']
  test('begins, and ends with its second key', () => {
    expect(matchKeys(known, undefined, 'g')).toEqual({ kind: 'begin' })
    expect(matchKeys(known, 'g', 'i')).toEqual({ kind: 'hit', keys: 'g i' })
  })

  test('wins over the single key, but only right after its beginning', () => {
    expect(matchKeys(known, 'g', 'w')).toEqual({ kind: 'hit', keys: 'g w' })
    expect(matchKeys(known, undefined, 'w')).toEqual({ kind: 'hit', keys: 'w' })
  })

  test('that does not exist leaves the second key its own meaning', () => {
    expect(matchKeys(known, 'g', 'e')).toEqual({ kind: 'hit', keys: 'e' })
    expect(matchKeys(known, 'g', 'z')).toEqual({ kind: 'none' })
  })
})
