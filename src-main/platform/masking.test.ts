import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMasking } from './masking'

const HARD = `p"ä's/w+r%d <&> \\ ok`
const KEY = `-----BEGIN X KEY-----\n${Array.from({ length: 12 }, (_, n) => `${n}abcdefghij/KLMNOP+qrstuvwxyz0123456789abcdefghij${n}`).join('\n')}\n-----END X KEY-----\n`

function masked(secret: string, text: string): string {
  const masking = createMasking()
  masking.add(secret)
  return masking.mask(text)
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('a secret is masked', () => {
  test.each<[string, string]>([
    ['as it is', HARD],
    ['in JSON', JSON.stringify({ HARD })],
    ['in JSON inside JSON', JSON.stringify(JSON.stringify({ HARD }))],
    ['in base64', base64(HARD)],
    ['in base64, safe for URLs', Buffer.from(HARD).toString('base64url')],
    ['in base64 after a user name', base64(`ada:${HARD}`)],
    ['in base64 after a longer one, with more behind', base64(`grace:${HARD}\n`)],
    ['in base64 after one of another length', base64(`me:${HARD}!!`)],
    ['in hex', Buffer.from(HARD).toString('hex')],
    ['in HEX', Buffer.from(HARD).toString('hex').toUpperCase()],
    ['in a URL', `https://x/?q=${encodeURIComponent(HARD)}`],
    ['in a form', new URLSearchParams({ q: HARD }).toString()],
    ['in a URL in lower case', encodeURIComponent(HARD).replaceAll(/%../g, (e) => e.toLowerCase())],
    ['in a shell command', `'${HARD.replaceAll("'", String.raw`'\''`)}'`],
    ['in SQL', `'${HARD.replaceAll("'", "''")}'`],
  ])('%s', (_, text) => {
    const out = masked(HARD, `<<${text}>>`)
    expect(out).toContain('•••••')
    for (const piece of ['p"ä', 'w+r%d', 'w%2', '77%2', '772b72', 'dytyJWQ', 'w+r', '+r%'])
      expect(out).not.toContain(piece)
  })

  test('line by line, when it is a key, in base64 too, also wrapped', () => {
    const wrapped = Buffer.from(KEY).toString('base64').replaceAll(/.{76}/g, '$&\n')
    for (const text of [KEY, KEY.split('\n')[3]!, JSON.stringify(KEY), inspect(KEY), wrapped])
      expect(masked(KEY, text).replaceAll(/[-•'\n ]|BEGIN|END|KEY|X|\\n/g, '').length).toBeLessThan(
        24,
      )
  })

  test('as a whole, when another one is its beginning', () => {
    const masking = createMasking()
    masking.add('hunter')
    masking.add('hunter two')
    expect(masking.mask('it is hunter two')).toBe('it is •••••')
  })

  test('however a stream cuts it', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 4, maxLength: 12 }),
        fc.array(fc.string({ maxLength: 8 }), { maxLength: 6 }),
        fc.array(fc.nat(60), { maxLength: 8 }),
        (secret, others, cuts) => {
          const masking = createMasking()
          masking.add(secret)
          const text = others.join(secret) + secret
          let [held, shown, at] = ['', '', 0]
          for (const cut of [...cuts.toSorted((a, b) => a - b), text.length]) {
            held += text.slice(at, cut)
            at = Math.max(at, cut)
            const settled = masking.settled(held)
            shown += masking.mask(held.slice(0, settled))
            held = held.slice(settled)
          }
          expect(shown + masking.mask(held)).toBe(masking.mask(text))
        },
      ),
    )
  })
})

test('what is no secret stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(!text.includes('zzzz'))
      const masking = createMasking()
      masking.add('zzzzQQQQzzzz')
      expect(masking.mask(text)).toBe(text)
    }),
  )
})
