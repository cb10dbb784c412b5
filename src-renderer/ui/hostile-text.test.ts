import { assert, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { safeString, splitHostileText, webHost } from './hostile-text'

const shown = (text: string) =>
  splitHostileText(text).map((piece) => (piece.kind === 'text' ? piece.text : `<${piece.code}>`))

describe('text from outside', () => {
  test('shows what would turn it around, instead of obeying it', () => {
    expect(shown('photo_\u202Egnp.exe')).toEqual(['photo_', '<U+202E>', 'gnp.exe'])
    expect(shown('\u2066a\u2069')).toEqual(['<U+2066>', 'a', '<U+2069>'])
  })

  test('shows the escape that would colour or move a terminal', () => {
    expect(shown('\u001b[31mred')).toEqual(['<U+001B>', '[31mred'])
  })

  test('shows what hides: zero width characters and tag characters', () => {
    expect(shown('a\u200Bb\u{E0041}')).toEqual(['a', '<U+200B>', 'b', '<U+E0041>'])
  })

  test('leaves ordinary writing alone, in any language, with its line breaks', () => {
    for (const text of ['Größe 91 %\n\tja', 'ディスク容量', 'القرص ممتلئ', 'दिल्ली', '👍🏽 ok']) {
      expect(shown(text)).toEqual([text])
    }
  })

  test('leaves the joiners that Persian and Hindi are written with, but not in Latin words', () => {
    expect(shown('می\u200Cخواهم')).toHaveLength(1)
    expect(shown('क्\u200Dष')).toHaveLength(1)
    expect(shown('pay\u200Cpal')).toHaveLength(3)
  })

  test('leaves an emoji that is built with joiners in one piece', () => {
    expect(shown('👩‍💻 at work')).toEqual(['👩‍💻 at work'])
  })

  test('loses nothing: the pieces always make up the whole', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        const whole = splitHostileText(text)
          .map((piece) =>
            piece.kind === 'text'
              ? piece.text
              : String.fromCodePoint(Number.parseInt(piece.code.slice(2), 16)),
          )
          .join('')
        expect(whole).toBe(text)
      }),
    )
  })

  test('never shows a control or a direction character as itself, whatever it is given', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        const bare = splitHostileText(text).filter((piece) => piece.kind === 'text')
        for (const piece of bare) {
          expect(piece.text).not.toMatch(
            // oxlint-disable-next-line no-control-regex -- naming the refused characters is the point
            /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/,
          )
        }
      }),
    )
  })

  test('is cut at whole characters in attributes', () => {
    expect(safeString('💥'.repeat(10), 5)).toBe('💥💥💥💥…')
    expect(safeString('a\u202Eb')).toBe('a[U+202E]b')
  })
})

describe('a web address from outside', () => {
  test('may be opened only over http or https, and shows its real host', () => {
    expect(webHost('https://grafana.example.org:3000/d/1')).toBe('grafana.example.org:3000')
    for (const address of [
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'x',
      '',
    ]) {
      expect(webHost(address)).toBeNull()
    }
  })

  test('may not dress up as another one with a user name', () => {
    expect(webHost('https://grafana.example.org@evil.example/')).toBeNull()
  })
})
