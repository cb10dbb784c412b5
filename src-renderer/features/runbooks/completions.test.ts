import { CompletionContext } from '@codemirror/autocomplete'
import { EditorState } from '@codemirror/state'
import { describe, expect, test } from 'vitest'
import { completeRunbook, inputsIn, placeOf, stepsIn } from './completions'

const FRONT = `---
title: Restart
inputs:
  - name: unit
    pattern: '[a-z]+'
  - { name: host, type: host }
---
`
const KNOWN = { connections: ['web-2'], runbooks: ['disk-full'] }

/** What is offered at the `|` of a text. */
function offered(text: string): string[] {
  const pos = text.indexOf('|')
  const state = EditorState.create({ doc: text.replace('|', '') })
  const found = completeRunbook(new CompletionContext(state, pos, false), KNOWN)
  return (found?.options ?? []).map(({ label }) => label)
}

describe('completing a runbook', () => {
  test('offers languages after the marks of a fence', () => {
    expect(offered('# A\n\n```|')).toContain('bash')
  })

  test('offers attributes, and the values that one may have', () => {
    expect(offered('```sh {"|')).toContain('qd.kind')
    expect(offered('```sh {|')).toContain('qd.kind')
    expect(offered('```sh {"name":"look", "qd.kind":"ch|')).toContain('check')
  })

  test('offers steps of the file, connections and inputs by their names', () => {
    const steps = '```sh {"name":"look","qd.kind":"check"}\ntrue\n```\n'
    expect(offered(`${steps}\`\`\`sh {"qd.verify":"|`)).toEqual(['look'])
    expect(offered(`${FRONT}\`\`\`sh {"qd.on":"|`)).toEqual([
      'web-2',
      'local',
      '{{unit}}',
      '{{host}}',
    ])
  })

  test('offers keys in the front matter, and inputs as variables in code', () => {
    expect(offered('---\nti|')).toContain('title')
    expect(offered(`${FRONT}\`\`\`sh\nsystemctl status "$Q|`)).toEqual([
      'QD_UNIT',
      'QD_HOST',
      'QD_TICKET_ID',
    ])
  })

  test('is quiet in prose', () => {
    expect(offered(`${FRONT}Restart the |`)).toEqual([])
  })
})

test('a place is in the front matter, in code or in prose', () => {
  const text = `${FRONT}\nProse\n\n\`\`\`\`md\n\`\`\`sh\nx\n\`\`\`\ny\n\`\`\`\`\nend`
  expect(placeOf(text, 10)).toBe('front')
  expect(placeOf(text, text.indexOf('Prose') + 2)).toBe('prose')
  expect(placeOf(text, text.indexOf('y\n'))).toBe('code')
  expect(placeOf(text, text.length)).toBe('prose')
})

test('names are read out of a text', () => {
  expect(inputsIn(FRONT)).toEqual(['unit', 'host'])
  expect(stepsIn('~~~sh {"name": "one"}\n~~~\n```sh { name=two }\n```')).toEqual(['one'])
})
