import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Keyboard } from '#domains/connectors'
import {
  actionOn,
  caller,
  connectorSuite,
  openWorld,
  perform,
  processesWith,
  type Subject,
} from './connector.suite'

async function open(): Promise<Subject> {
  const world = await openWorld()
  const connection = (await world.connections.resolve('local'))!
  return { world, connection, close: world.close }
}

connectorSuite('local', open)

describe('a terminal on this machine', { timeout: 30_000 }, () => {
  let subject: Subject
  beforeAll(async () => {
    subject = await open()
  })
  afterAll(() => subject.close())

  test('is there when the action wants one, with its colours, values and end', async () => {
    const script = String.raw`test -t 0 && stty size; printf '\033[31m%s\033[0m' "$QD_X"; exit 3`
    const action = actionOn(subject, script, { pty: true, env: { QD_X: 'grün 🚢' } })
    const { stdout, outcome } = await perform(subject, action)
    expect(stdout).toBe('40 120\r\n\u001B[31mgrün 🚢\u001B[0m')
    expect(outcome).toEqual({ status: 'exited', exitCode: 3, signal: null })
  })

  test('is typed to and resized by whoever takes the keyboard', async () => {
    let keyboard: Keyboard | undefined
    const script = `read -r word; stty size; echo "got $word"; kill -KILL $$`
    const { stdout, outcome } = await perform(subject, actionOn(subject, script, { pty: true }), {
      onKeyboard(given) {
        keyboard = given
        given.resize(99, 33)
        given.type('hello\r')
      },
    })
    expect(stdout).toContain('33 99\r\ngot hello\r\n')
    expect(outcome).toEqual({ status: 'exited', exitCode: 137, signal: 'SIGKILL' })
    keyboard!.type('too late') // goes nowhere
    keyboard!.resize(10, 10)
  })

  test('is cleared of everything when it is cancelled', async () => {
    const mark = `local-pty-${process.pid}`
    const cancel = new AbortController()
    const script = "trap '' HUP; sleep 1000 & echo up; sleep 1000"
    const action = actionOn(subject, script, { pty: true, env: { QD_MARK: mark } })
    const { outcome } = await perform(subject, action, {
      signal: cancel.signal,
      onOutput: () => cancel.abort(),
    })
    expect(outcome).toEqual({ status: 'cancelled', stopped: true })
    expect(processesWith(mark)).toEqual([])
  })

  test.each([
    ['a program that is not there', { interpreter: ['no-such-program', '-c'] }, 'no-such-program'],
    ['a script that is too large', { script: 'x'.repeat(200_000) }, 'larger'],
  ])('does not start %s', async (_, change, words) => {
    const action = { ...actionOn(subject, 'true', { pty: true }), ...change } as Parameters<
      typeof perform
    >[1]
    const { outcome } = await perform(subject, action)
    expect(outcome).toMatchObject({ status: 'not_started', reason: expect.stringContaining(words) })
  })

  test('is not told a password for sudo', async () => {
    const given = {
      name: 'root',
      kind: 'password',
      secret: 'some password',
      passphrase: '',
    } as const
    const { id: credentialId } = await subject.world.credentials.create(given, caller)
    const sudo = { credentialId, credentialName: 'root' }
    const { outcome } = await perform(subject, { ...actionOn(subject, 'sudo true'), sudo })
    const reason = expect.stringContaining('over SSH only')
    expect(outcome).toMatchObject({ status: 'not_started', reason })
  })
})

test('a local connection hands on the variables that its operator allows, and no others', async () => {
  process.env['QD_TEST_ALLOWED'] = 'allowed'
  process.env['QD_TEST_SECRET_OF_OURS'] = 'canary'
  const world = await openWorld()
  const { id, name, tags } = (await world.connections.resolve('local'))!
  const specifics = { kind: 'local' as const, environment: ['QD_TEST_ALLOWED'] }
  const rest = { kind: 'local', host: null, port: 22, username: null, auth: 'agent' } as const
  const draft = { name, tags, ...rest, credentialId: null, specifics }
  const connection = await world.connections.update({ id, draft }, caller)
  const subject = { world, connection, close: world.close }
  const { stdout } = await perform(subject, actionOn(subject, 'env'))
  expect(stdout).toContain('QD_TEST_ALLOWED=allowed')
  expect(stdout).not.toContain('canary')
  await world.close()
})
