import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeMasterKey, type Place, seal, unseal } from './sealing'
import { Secret } from './secret'

const place: Place = { id: 'crd_1', purpose: 'secret' }
const key = makeMasterKey()

test('a sealed text comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(unseal(key, place, seal(key, place, new Secret(text)))?.reveal()).toBe(text)
    }),
  )
})

test('the same text is sealed differently each time', () => {
  const secret = new Secret('the same')
  expect(seal(key, place, secret)).not.toBe(seal(key, place, secret))
})

test('one changed bit anywhere keeps it shut', () => {
  const bytes = Buffer.from(seal(key, place, new Secret('some secret')).slice(3), 'base64url')
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes)
    changed[bit >> 3]! ^= 1 << (bit & 7)
    expect(unseal(key, place, `v1.${changed.toString('base64url')}`)).toBeUndefined()
  }
})

test('it opens with its own key, in its own place, and nowhere else', () => {
  const sealed = seal(key, place, new Secret('some secret'))
  expect(unseal(makeMasterKey(), place, sealed)).toBeUndefined()
  expect(unseal({ ...key, id: 'key_other' }, place, sealed)).toBeUndefined()
  expect(unseal(key, { ...place, id: 'crd_2' }, sealed)).toBeUndefined()
  expect(unseal(key, { ...place, purpose: 'passphrase' }, sealed)).toBeUndefined()
  for (const text of ['', 'v1.', 'v2.AAAA', 'v1.AAAA', sealed.slice(0, -1)])
    expect(unseal(key, place, text)).toBeUndefined()
})
