import { expect, test } from 'vitest'
import { moveInList } from './list-keys'

test('keys move within the list and stop at its ends', () => {
  expect(moveInList('ArrowDown', 3, 10, 5)).toBe(4)
  expect(moveInList('ArrowDown', 9, 10, 5)).toBe(9)
  expect(moveInList('PageUp', 3, 10, 5)).toBe(0)
  expect(moveInList('End', 0, 100_000, 5)).toBe(99_999)
})

test('without a choice, down begins at the top and up at the bottom', () => {
  expect(moveInList('ArrowDown', -1, 10, 5)).toBe(0)
  expect(moveInList('ArrowUp', -1, 10, 5)).toBe(9)
})

test('other keys and empty lists move nothing', () => {
  expect(moveInList('x', 3, 10, 5)).toBeUndefined()
  expect(moveInList('ArrowDown', -1, 0, 5)).toBeUndefined()
})
