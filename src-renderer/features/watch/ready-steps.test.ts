import { describe, expect, test } from 'vitest'
import { readySteps } from './ready-steps'

const known = {
  sources: [{ enabled: true, lastDeliveryAt: null }],
  connections: [{ kind: 'ssh' as const, lastTest: { at: 1, ok: false, summary: '' } }],
  runbooks: [{ errors: 0 }, { errors: 2 }],
  vault: { state: 'unlocked' as const, detail: '' },
}
const undone = (steps: ReturnType<typeof readySteps>) =>
  steps.filter(({ done }) => !done).map(({ key }) => key)

describe('making ready', () => {
  test('says nothing before it knows', () => {
    expect(readySteps({ ...known, vault: undefined })).toEqual([])
  })

  test('counts a host only when its test passed, and a source only when something came', () => {
    expect(undone(readySteps(known))).toEqual(['delivery', 'connection'])
  })

  test('is over when all of it is there', () => {
    const all = {
      ...known,
      sources: [{ enabled: true, lastDeliveryAt: 5 }],
      connections: [{ kind: 'ssh' as const, lastTest: { at: 1, ok: true, summary: '' } }],
    }
    expect(undone(readySteps(all))).toEqual([])
  })

  test('shows what a locked vault says about itself', () => {
    const steps = readySteps({
      ...known,
      vault: { state: 'locked', detail: 'Unlock the keychain.' },
    })
    expect(steps.at(-1)).toMatchObject({ about: 'Unlock the keychain.', done: false })
  })
})
