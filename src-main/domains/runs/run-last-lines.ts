import { stripVTControlCharacters } from 'node:util'

const MOST_LINES = 12
const MOST_CHARACTERS = 1200

/** The last lines of a terminal's text, without its colours and without empty lines at the end. */
export function lastLines(text: string): string {
  const plain = stripVTControlCharacters(text.slice(-20 * MOST_CHARACTERS)).replaceAll('\r', '\n')
  const lines = plain.split('\n').map((line) => line.trimEnd())
  const said = lines.filter((line, at) => line !== '' || lines[at - 1] !== '')
  const last = said.join('\n').trim().split('\n').slice(-MOST_LINES).join('\n')
  return last.length > MOST_CHARACTERS ? `…${last.slice(-MOST_CHARACTERS)}` : last
}
