import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert, constantFrom, array, oneof, property, string, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Block, readPlain } from './plain-markdown'
import { splitFrontMatter } from './runbook-front-matter'
import { readAnyMarkdown } from './runbook-fences'

const SHIPPED = join(import.meta.dirname, '../../../resources/runbooks')

/** Containers have no text of their own: the quick reader leaves them out. */
const told = (blocks: readonly Block[]) => blocks.filter(({ type }) => type !== 'other')

const PIECES =
  '# |## |####### |#|```|```sh {"qd.kind":"check"}|````|~~~|~~~ `x`|- |* |+ |1. |2. |7) |10. |> |  |   |    |\t|---|***|===|* * *|_a|**b** c|`x` y|`` z|<b>|<!--|[a]: b|[a](b)|90 s|9.5 s|3)|word|Two words. |"q"|$x|!|ü|\\|&amp;|--- |\u00a0|\u2028|\uFEFF|\0|\r'.split(
    '|',
  )

describe('reading plain Markdown', () => {
  test('gives what the full reader gives, whenever it gives anything', () => {
    const line = oneof(
      constantFrom('', '', '```', 'some words', '- some words', '1. one', '2. two', '  and more'),
      tuple(constantFrom(...PIECES), constantFrom(...PIECES)).map((parts) => parts.join('')),
      constantFrom(...PIECES),
      string({ maxLength: 6 }),
    )
    let plain = 0
    assert(
      property(array(line, { maxLength: 12 }), (lines) => {
        const text = lines.join('\n')
        const quick = readPlain(text)
        if (!quick) return
        plain += 1
        expect(quick).toEqual(told(readAnyMarkdown(text)))
      }),
      { numRuns: 20_000 },
    )
    expect(plain).toBeGreaterThan(2000)
  })

  test('reads every shipped runbook', () => {
    for (const file of readdirSync(SHIPPED).filter((name) => name.endsWith('.md'))) {
      if (file === 'README.md') continue
      const { body } = splitFrontMatter(readFileSync(join(SHIPPED, file), 'utf8'))
      expect(readPlain(body)).toEqual(told(readAnyMarkdown(body)))
    }
  })

  test.each(['> quoted', 'Title\n===', '<b>', '    code', '```\nnever closed', '- - a'])(
    'leaves to the full reader what it does not know: %j',
    (text) => {
      expect(readPlain(text)).toBeUndefined()
    },
  )
})
