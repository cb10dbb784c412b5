import { describe, expect, test } from 'vitest'
import { SourceKind } from '#contract/intake'
import { KIND_WORDS } from '.'
import type { Given, KindWords, Setup, Step } from './kind'
import { SETTING } from './phrases'

const TOKEN = 'tok0123456789abcdefghijklmnopqrstuvwxyz'
const GIVEN: Given = {
  url: `http://127.0.0.1:8425/hooks/shop/${TOKEN}`,
  bareUrl: 'http://127.0.0.1:8425/hooks/shop',
  token: TOKEN,
}
const ALL = Object.entries(KIND_WORDS)

const stepsOf = ({ setups }: KindWords): Step[] => setups.flatMap(({ steps }) => steps)
const wordsOf = (words: KindWords) =>
  [
    words.about,
    ...words.setups.flatMap(({ about, steps }) => [about, ...steps.map(({ say }) => say)]),
  ].join('\n')
const codesOf = (words: KindWords) =>
  stepsOf(words).flatMap(({ code }) => (code === undefined ? [] : [code(GIVEN)]))
const isWhole = ({ title, about, steps }: Setup) =>
  title !== '' && about.endsWith('.') && steps.length >= 2
const isAlone = (code: string) => Object.values(GIVEN).includes(code)
const areDifferent = (texts: readonly string[]) => new Set(texts).size === texts.length

/** Something that was to be put in and was not: ours, or one that only a reader of this code would understand. */
const UNFILLED =
  /undefined|\bNaN\b|\[object|\$\{(?!env\.)|\bYOUR\b|\byour-|\bADDRESS\b|TODO|…|<[a-z-]+>/

test('every kind of the contract has words, and no other', () => {
  expect(Object.keys(KIND_WORDS).toSorted()).toEqual([...SourceKind.options].toSorted())
})

test('no two kinds are called the same', () => {
  expect(areDifferent(ALL.map(([, { title }]) => title))).toBe(true)
})

describe.each(ALL)('the set-up of %s', (_, words) => {
  test('says what it is, and how it is done in steps', () => {
    expect(words.title).not.toBe('')
    expect(words.about).toMatch(/\.$/)
    expect(words.setups.length).toBeGreaterThanOrEqual(1)
    expect(words.setups.filter((setup) => !isWhole(setup))).toEqual([])
  })

  test('has a way and a step by each name only once', () => {
    expect(areDifferent(words.setups.map(({ title }) => title))).toBe(true)
    for (const { steps } of words.setups)
      expect(areDifferent(steps.map(({ say }) => say))).toBe(true)
  })

  test('leaves nothing unfilled in what is copied', () => {
    for (const code of codesOf(words)) {
      expect(code).not.toMatch(UNFILLED)
      expect(code.trim()).not.toBe('')
    }
  })

  test('gives the address, or the bare one with the token', () => {
    const codes = codesOf(words).join('\n')
    const hasToken = codes.includes(TOKEN)
    expect([hasToken, codes.includes('/hooks/shop')]).toEqual([true, true])
  })

  test('quotes the address wherever it is not alone', () => {
    for (const code of codesOf(words).filter((each) => !isAlone(each)))
      for (const [, before] of code.matchAll(/(.)(?:http:\/\/127\.0\.0\.1:8425)?\/hooks\/shop/g))
        expect(before).toBe('"')
  })

  test('says the same things with the same words', () => {
    const text = wordsOf(words)
    expect(text).not.toMatch(/→| > |"[A-Za-z ]+"|this machine: give|under Signature/)
    for (const [sentence] of text.matchAll(/[^.\n]* from its own cloud .*/g))
      expect(sentence).toContain(
        'and cannot reach 127.0.0.1: give it the address of a tunnel or relay that ends here',
      )
    for (const [line] of text.matchAll(/^.*Proof of origin.*$/gm))
      expect(line).toMatch(/^Set the secret under “Proof of origin”: /)
  })

  test('names only settings that its form shows', () => {
    const text = wordsOf(words)
    const named = Object.entries(SETTING).filter(([, label]) => text.includes(label))
    expect(words.settings ?? []).toEqual(expect.arrayContaining(named.map(([key]) => key)))
  })
})
