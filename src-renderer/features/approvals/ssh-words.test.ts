import { expect, test } from 'vitest'
import type { ActionTarget, ProgramAction } from '#contract/actions'
import { lentWords, overWords } from './ssh-words'

const target = { ssh: undefined } as ActionTarget
const jump = { host: 'gate', port: 22, username: 'ada', hostKey: null, credentialId: null }

test('whoever approves is told which hosts a step goes over, and what is lent to its target', () => {
  const ssh = { jumpHosts: [jump, { ...jump, host: 'inner', port: 2222 }], forwardAgent: true }
  expect(overWords({ ...target, ssh })).toBe(', over ada@gate:22, then ada@inner:2222')
  const sudo = { credentialId: 'crd_1', credentialName: 'root on web' } as NonNullable<
    ProgramAction['sudo']
  >
  expect(lentWords({ target: { ...target, ssh }, sudo })).toBe(
    '; sudo is told the password root on web when it asks; the SSH agent is lent to the host',
  )
})

test('a step that goes directly and is lent nothing says nothing of it', () => {
  expect(overWords(target) + lentWords({ target, sudo: undefined })).toBe('')
})
