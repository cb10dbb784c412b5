import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quoteWord, toRemoteProgram } from './remote-program'

const text = fc.string({ unit: 'binary', maxLength: 80 }).map((value) => value.replaceAll('\0', ''))
const hostile = fc.string({
  unit: fc.constantFrom(
    "'",
    '"',
    '\\',
    '!',
    '$',
    '`',
    '\n',
    ';',
    '*',
    '~',
    ' ',
    '-',
    '#',
    '=',
    'é',
  ),
  maxLength: 30,
})
const word = fc.oneof(text, hostile)

describe.each(['/bin/sh', '/bin/bash'].filter(existsSync))('a quoted word in %s', (shell) => {
  test('is read as it was, alone and quoted twice', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 10 }), (words) => {
        const line = String.raw`printf '%s\0' ${words.map(quoteWord).join(' ')}`
        const nested = `${shell} -c ${quoteWord(line)}`
        for (const script of [line, nested]) {
          const output = execFileSync(shell, ['-c', script], { encoding: 'utf8' })
          expect(output.split('\0').slice(0, -1)).toEqual(words)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('a remote program', () => {
  const program = toRemoteProgram({
    interpreter: ['/bin/sh', '-c'],
    script: 'printf "%s" "$QD_A"',
    env: [{ name: 'QD_A', value: "it's", untrusted: true }],
    cwd: null,
  })
  const answer = execFileSync('/bin/sh', ['-c', program.command])

  test('is told from the words of a login shell, however its bytes are cut', () => {
    const all = Buffer.concat([Buffer.from('Welcome!\n'), answer])
    for (let size = 1; size <= all.length; size++) {
      const reader = program.createReader()
      let own = ''
      for (let at = 0; at < all.length; at += size)
        own += reader.read(all.subarray(at, at + size)).toString()
      expect(own).toBe("it's")
      expect(reader.mark()).toMatchObject({ state: 'started', leader: expect.any(Number) })
      expect(reader.noise()).toBe('Welcome!')
    }
  })

  test('is not taken for another one', () => {
    const other = toRemoteProgram({ interpreter: ['true'], script: '', env: [], cwd: null })
    const reader = other.createReader()
    expect(reader.read(answer)).toHaveLength(0)
    expect(reader.mark()).toBeUndefined()
  })

  test('of a file does not run when the file is another one than was sent', () => {
    const folder = mkdtempSync(join(tmpdir(), 'qd-file-'))
    const path = join(folder, "it's")
    const script = 'echo ran'
    const sha256 = createHash('sha256').update(script).digest('hex')
    const given = { interpreter: ['/bin/sh'], script: path, env: [], cwd: null }
    const stateWith = (arrived: string) => {
      writeFileSync(path, arrived)
      const sent = toRemoteProgram(given, 'its own', sha256)
      const { stdout } = spawnSync('/bin/sh', ['-c', sent.command])
      const reader = sent.createReader()
      return [reader.read(stdout).toString(), reader.mark()?.state]
    }
    expect(stateWith(script)).toEqual(['ran\n', 'started'])
    expect(stateWith('echo harm')).toEqual(['', 'other_file'])
    rmSync(folder, { recursive: true })
  })
})
