import { describe, beforeAll, afterAll, expect, test } from 'vitest'
import type { Action } from '#contract/actions'
import { caller, perform, type Subject } from './connector.suite'

/** How one asks a target of this kind for the things that every connector promises something about. */
export interface Speaker extends Subject {
  /** Makes the target answer with this text. */
  says(text: string): Action
  /** The target answers no, and nothing of it is kept. */
  fails(): Action
  /** Answers in more than a minute. */
  hangs(change?: { timeoutMs: number }): Action
  /** Is something of it left on the target? Undefined where nobody can tell from outside. */
  isLeft?(): boolean
  /** No target of this kind can be given this. */
  impossible?(): Action
  /** The stages of its test. */
  readonly stages: readonly string[]
}

/** What every connector promises, whatever it leads to. */
export function promiseSuite(name: string, open: () => Promise<Speaker>): void {
  describe(`a connection to ${name}`, () => {
    let subject: Speaker
    beforeAll(async () => {
      subject = await open()
    }, 120_000)
    afterAll(() => subject.close(), 60_000)

    test('brings back what the target said, and that it went well', async () => {
      const { outcome, stdout, started } = await perform(subject, subject.says('grün 🚢'))
      expect(outcome).toEqual({ status: 'exited', exitCode: 0, signal: null })
      expect(stdout).toContain('grün 🚢')
      expect(started).toBe(1)
    })

    test('tells a no of the target, and that nothing was kept', async () => {
      const { outcome } = await perform(subject, subject.fails())
      expect(outcome).toMatchObject({ status: 'failed', untouched: true })
    })

    test('masks secrets in what the target says and in why it failed', async () => {
      subject.world.masking.add('canary-of-all-connectors')
      const { stdout } = await perform(subject, subject.says('a canary-of-all-connectors b'))
      expect(stdout).toContain('a ••••• b')
      expect(stdout).not.toContain('canary')
    })

    test('does not start what was cancelled before', async () => {
      const given = { signal: AbortSignal.abort() }
      const { outcome, started } = await perform(subject, subject.says('harm'), given)
      expect(outcome).toMatchObject({ status: 'not_started' })
      expect(started).toBe(0)
    })

    test('stops what runs when it is cancelled, on the target too', async () => {
      const cancel = new AbortController()
      setTimeout(() => cancel.abort(), 700)
      const { outcome } = await perform(subject, subject.hangs(), { signal: cancel.signal })
      expect(outcome).toMatchObject({ status: 'cancelled', stopped: true, untouched: true })
      await expect.poll(() => subject.isLeft?.() ?? false, { timeout: 5_000 }).toBe(false)
    }, 20_000)

    test('stops what runs when its time is over', async () => {
      const { outcome } = await perform(subject, subject.hangs({ timeoutMs: 600 }))
      expect(outcome).toMatchObject({ status: 'timed_out', stopped: true, untouched: true })
      await expect.poll(() => subject.isLeft?.() ?? false, { timeout: 5_000 }).toBe(false)
    }, 20_000)

    test('does several things at once', async () => {
      const texts = Array.from({ length: 8 }, (_, n) => `answer ${n}`)
      const all = await Promise.all(texts.map((text) => perform(subject, subject.says(text))))
      for (const [n, { stdout }] of all.entries()) expect(stdout).toContain(texts[n])
    })

    test('does not start what the target cannot be given', async () => {
      if (!subject.impossible) return
      const { outcome, started } = await perform(subject, subject.impossible())
      expect(outcome).toMatchObject({ status: 'not_started' })
      expect(started).toBe(0)
    })

    test.each(['kind', 'host', 'port', 'username', 'credentialId', 'specifics'] as const)(
      'does not start an action for a target with another %s',
      async (field) => {
        const action = subject.says('harm')
        const others = { kind: 'ssh', port: 1, specifics: { kind: 'sqlite', file: '/other' } }
        const other = field in others ? others[field as keyof typeof others] : 'other'
        const target = { ...action.target, [field]: other }
        const { outcome, started } = await perform(subject, { ...action, target })
        expect(outcome).toMatchObject({ status: 'not_started' })
        expect(started).toBe(0)
      },
    )

    test('does not run an action of another type', async () => {
      const { target } = subject.says('harm')
      const program = { version: 1, type: 'program', target, interpreter: ['sh'], script: 'x' }
      const more = { env: [], cwd: null, pty: false, timeoutMs: 1_000 }
      const { outcome } = await perform(subject, { ...program, ...more } as Action)
      expect(outcome).toMatchObject({ status: 'not_started' })
    })

    test('passes its test, stage by stage, and remembers it', async () => {
      const { connections } = subject.world
      const { id } = subject.connection
      const passed: string[] = []
      for await (const { stage, state, detail } of connections.test({ id }, caller)) {
        expect(`${state} ${detail}`).not.toMatch(/^failed/)
        if (state === 'passed') passed.push(stage)
      }
      expect(passed).toEqual(subject.stages)
      expect(await connections.get({ id }, caller)).toMatchObject({ lastTest: { ok: true } })
    })

    test('answers what is under way when Quarterdeck ends', async () => {
      const running = perform(subject, subject.hangs())
      setTimeout(() => void subject.world.connections.close(), 500)
      expect((await running).outcome.status).toMatch(/^(lost|failed)$/)
    }, 20_000)
  })
}
