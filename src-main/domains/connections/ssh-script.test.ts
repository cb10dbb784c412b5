import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { actionOn, perform, processesWith, type Subject } from './connector.suite'
import { connect } from './ssh-world.suite'
import { sshdMissing, startSshd, type TestSshd } from './sshd.suite'

const LARGE = `# ${'x'.repeat(3_000_000)}\n`
const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith('quarterdeck.'))

// The test's sshd has no SFTP: scripts come through `cat`.
describe.skipIf(sshdMissing)('a script that is brought to the host', { timeout: 30_000 }, () => {
  let sshd: TestSshd
  let subject: Subject
  beforeAll(async () => {
    sshd = await startSshd()
    subject = await connect(sshd)
  })
  afterAll(async () => {
    await subject.close()
    await sshd.close()
  })
  afterEach(() => {
    if (left().length > 0) throw new Error(`It was left there: ${left().join(', ')}`)
  })

  test('runs when it fits no command line, with its values, and is gone afterwards', async () => {
    const script = `${LARGE}echo "$QD_NAME"; stat -c %a "$(dirname "$0")"; exit 7`
    const { outcome, stdout } = await perform(
      subject,
      actionOn(subject, script, { env: { QD_NAME: "it's" } }),
    )
    expect(stdout).toBe("it's\n700\n")
    expect(outcome).toMatchObject({ status: 'exited', exitCode: 7 })
  })

  test('stops at its first failing command as it would in an argument', async () => {
    const { outcome, stdout } = await perform(
      subject,
      actionOn(subject, `${LARGE}false; echo harm`),
    )
    expect(stdout).toBe('')
    expect(outcome).toMatchObject({ exitCode: 1 })
  })

  test('is a file for an interpreter that wants one', async () => {
    const action = actionOn(
      subject,
      'import sys\nprint(len(sys.argv), open(__file__).read()[:6])',
      {
        interpreter: ['python3'],
        asFile: true,
      },
    )
    expect((await perform(subject, action)).stdout).toBe('1 import\n')
  })

  test('is not run by an interpreter that nobody knows how to hand a file', async () => {
    const action = actionOn(subject, LARGE, { interpreter: ['awk', '-e'] })
    expect((await perform(subject, action)).outcome).toMatchObject({
      status: 'not_started',
      reason: expect.stringContaining('larger'),
    })
  })

  test('is gone also when it is cancelled', async () => {
    const mark = `upload-${process.pid}`
    const cancel = new AbortController()
    const action = actionOn(subject, `${LARGE}echo up; sleep 1000`, { env: { QD_MARK: mark } })
    const { outcome } = await perform(subject, action, {
      signal: cancel.signal,
      onOutput: () => cancel.abort(),
    })
    expect(outcome).toEqual({ status: 'cancelled', stopped: true })
    expect(processesWith(mark)).toEqual([])
  })

  test('is gone also when the line breaks', async () => {
    const { outcome } = await perform(subject, actionOn(subject, `${LARGE}echo up; sleep 1`), {
      onOutput: () => sshd.cutConnections(),
    })
    expect(outcome).toMatchObject({ status: 'lost' })
  })
})
