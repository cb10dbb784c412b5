import { describe, expect, test } from 'vitest'
import { argvText, splitScript } from './script-pieces'

describe('a script on the approval card', () => {
  test('is cut where it reads a known variable, in both spellings', () => {
    const pieces = splitScript('restart "$SERVICE" ${SERVICE:-x} $OTHER', ['SERVICE'])
    expect(pieces).toEqual([
      { text: 'restart "', variable: null },
      { text: '$SERVICE', variable: 'SERVICE' },
      { text: '" ', variable: null },
      { text: '${SERVICE:-x}', variable: 'SERVICE' },
      { text: ' $OTHER', variable: null },
    ])
  })

  test('loses no character, whatever is in it', () => {
    for (const script of ['', '$', '${', '$SERVICE', 'a\n$SERVICE\n', '$SERVICEX ${SERVICE}']) {
      expect(
        splitScript(script, ['SERVICE'])
          .map(({ text }) => text)
          .join(''),
      ).toBe(script)
    }
  })

  test('does not take a longer name for a known one', () => {
    expect(splitScript('$SERVICE_NAME', ['SERVICE'])).toEqual([
      { text: '$SERVICE_NAME', variable: null },
    ])
  })
})

test('arguments are shown apart, with quotes where two could be taken for one', () => {
  expect(argvText(['/bin/sh', '-eu', 'a b', ''])).toBe('/bin/sh -eu "a b" ""')
})
