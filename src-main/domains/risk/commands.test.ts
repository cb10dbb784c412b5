import { describe, expect, test } from 'vitest'
import { commandsOf } from './commands'

describe('the commands of a script', () => {
  test('are found in pipelines, substitutions, wrappers and other shells', () => {
    const lines = commandsOf(
      'ls | wc -l; x=$(hostname); sudo -n rm -rf /srv/x; sh -c "kubectl delete pod p"',
      'sh',
    ).map((words) => words.join(' '))
    expect(lines).toEqual(
      expect.arrayContaining(['ls', 'wc -l', 'hostname', 'rm -rf /srv/x', 'kubectl delete pod p']),
    )
  })
  test('of another language are its words', () => {
    expect(commandsOf('DROP TABLE a,b;', 'sql')).toEqual([['DROP', 'TABLE', 'a', 'b']])
  })
  test('of what cannot be read are none, without a throw', () => {
    expect(commandsOf('if then (', 'sh')).toEqual([])
  })
})
