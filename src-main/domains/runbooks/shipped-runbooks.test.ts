import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunbookId } from '#contract/primitives'
import { classify } from '#domains/risk'
import { assessStep, createRanking, interpreterOf, parseRunbook, type Ranking } from '.'

const folder = join(import.meta.dirname, '../../../resources/runbooks')
const ids = readdirSync(folder)
  .filter((file) => file.endsWith('.md') && file !== 'README.md')
  .map((file) => file.slice(0, -'.md'.length) as RunbookId)
const read = (id: RunbookId) => {
  const markdown = readFileSync(join(folder, `${id}.md`), 'utf8')
  return { markdown, ...parseRunbook(id, markdown, classify) }
}
/** As for the suites of the store; they say why when it is not there, and fail in CI. */
const peer = process.env['QD_TEST_POSTGRES']

/** Looks at a host from another one, which cannot be done without asking it. */
const REACHES_OUT = new Set(['ssh-unreachable'])

test('enough runbooks are shipped', () => {
  expect(ids.length).toBeGreaterThanOrEqual(15)
})

describe.each(ids)('the shipped runbook %s', (id) => {
  const { runbook, problems } = read(id)
  const steps = runbook?.steps ?? []
  const runnable = steps.filter(({ kind }) => kind === 'check' || kind === 'change')

  test('has no error and no warning', () => {
    expect(problems).toEqual([])
  })

  test('says what it is for, where it runs, what it is found by and how the fix shows', () => {
    expect(runbook!.description.length).toBeGreaterThan(40)
    expect(runbook!.target).not.toBeNull()
    expect(runbook!.match.alerts.length).toBeGreaterThan(0)
    expect(runbook!.match.words.length).toBeGreaterThan(2)
    expect(runbook!.verify).not.toBeNull()
  })

  test('looks before it changes, with checks that only read', () => {
    expect(steps[0]!.kind).toBe('check')
    const tiers = runnable.flatMap((step) =>
      step.kind === 'check' ? [[step.name, assessStep(step, classify).tier]] : [],
    )
    const allowed = REACHES_OUT.has(id) ? ['read', 'reach_out'] : ['read']
    expect(tiers.filter(([, tier]) => !allowed.includes(tier!))).toEqual([])
  })

  test.each(runnable.map(({ name, language, code }) => ({ name, language, code })))(
    'has a step $name that its shell can read',
    ({ language, code }) => {
      const { status, stderr } = spawnSync(language, ['-n', '-c', code], { encoding: 'utf8' })
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    },
  )

  test('never prompts for a password and never reaches for a shell of its own', () => {
    const code = runnable.map((step) => step.code).join('\n')
    expect(code).not.toMatch(/\bsudo (?!-n )/)
    expect(code).not.toMatch(/\b(sh|bash) -c\b|\beval\b/)
  })
})

describe('every shipped runbook is found', () => {
  let ranking: Ranking
  beforeAll(() => {
    ranking = createRanking(
      ids.map((id) => {
        const { runbook, body } = read(id)
        const { title, match, tags } = runbook!
        return {
          id,
          title,
          body,
          alerts: match.alerts,
          words: [...match.words, ...tags],
          labels: match.labels,
        }
      }),
    )
  })
  const alerts = ids.flatMap(
    (id) => read(id).runbook?.match.alerts.map((alert) => [alert, id] as const) ?? [],
  )

  test.each(alerts)('by the alert %s: %s', (alertName, id) => {
    const found = ranking.rank({ alertName, text: '', labels: {} }, 3)
    expect(found.map(({ runbookId }) => runbookId)).toContain(id)
  })
})

/** Runs steps as a connection would, in a folder of their own. `sudo` is one that lets everybody do everything. */
describe('on a real machine', () => {
  let home: string
  let env: Record<string, string>

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'quarterdeck-steps-'))
    const sudo = join(home, 'sudo')
    writeFileSync(sudo, '#!/bin/sh\nshift\nif [ "$1" = -u ]; then shift 2; fi\nexec "$@"\n')
    chmodSync(sudo, 0o755)
    env = { PATH: `${home}:${process.env['PATH']}` }
  })
  afterEach(() => rmSync(home, { recursive: true }))

  function run(id: string, name: string, values: Record<string, string>) {
    const { runbook } = read(id as RunbookId)
    const step = runbook!.steps.find((candidate) => candidate.name === name)!
    const defaults = runbook!.inputs.map((input): [string, string] => [
      input.name,
      input.default ?? '',
    ])
    const inputs = [...defaults, ...Object.entries(values)].map(([key, value]) => [
      `QD_${key.toUpperCase()}`,
      value,
    ])
    const [program = '', ...flags] = interpreterOf(step)!
    return spawnSync(program, [...flags, step.code], {
      env: { ...env, ...Object.fromEntries(inputs) },
      cwd: step.cwd ?? home,
      encoding: 'utf8',
    })
  }

  test('a release is rolled back, by version and not by letter, and forward again', () => {
    for (const release of ['1.9.0', '1.10.0', '1.11.0'])
      mkdirSync(join(home, 'releases', release), { recursive: true })
    symlinkSync('releases/1.11.0', join(home, 'current'))
    const base = { base: home }
    expect(run('web-rollback', 'releases', base).status).toBe(0)
    expect(run('web-rollback', 'switch', base)).toMatchObject({
      status: 0,
      stdout: '1.11.0 -> 1.10.0\n',
    })
    expect(readlinkSync(join(home, 'current'))).toBe('releases/1.10.0')
    expect(run('web-rollback', 'switch-back', base).status).toBe(0)
    expect(readlinkSync(join(home, 'current'))).toBe('releases/1.11.0')
    expect(run('web-rollback', 'switch', { ...base, release: '1.11.0' }).status).toBe(1)
  })

  test('only files that are old enough are deleted, and none behind a link', () => {
    const old = new Date('2026-01-01')
    for (const name of ['old', 'new']) writeFileSync(join(home, name), '')
    utimesSync(join(home, 'old'), old, old)
    symlinkSync(home, `${home}-link`)
    expect(run('disk-inodes', 'candidates', { folder: `${home}-link` }).status).toBe(1)
    unlinkSync(`${home}-link`)
    expect(run('disk-inodes', 'candidates', { folder: home })).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('1 files are older than 7 days'),
    })
    expect(run('disk-inodes', 'delete', { folder: home }).status).toBe(0)
    expect(readdirSync(home)).toEqual(['new', 'sudo'])
    expect(run('disk-inodes', 'candidates', { folder: home }).status).toBe(1)
  })

  test('a deleted file that is still open is emptied, and no other one', () => {
    const path = join(home, 'big.log')
    const held = openSync(path, 'a+')
    writeSync(held, 'x'.repeat(10_000))
    const of = { pid: String(process.pid), descriptor: String(held), mountpoint: '/' }
    expect(run('disk-deleted-open', 'empty', of).status).toBe(1)
    expect(fstatSync(held).size).toBe(10_000)
    unlinkSync(path)
    expect(run('disk-deleted-open', 'empty', of)).toMatchObject({ status: 0, stderr: '' })
    expect(fstatSync(held).size).toBe(0)
    closeSync(held)
  })

  test.each([
    ['disk-full', 'usage'],
    ['disk-inodes', 'usage'],
    ['memory-pressure', 'memory'],
    ['memory-pressure', 'users'],
    ['swap-full', 'fits'],
    ['file-descriptors', 'system'],
    ['zombies', 'parents'],
  ])('a look at it says something: %s, %s', (id, name) => {
    const { status, stdout, stderr } = run(id, name, {})
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).not.toBe('')
  })

  describe.skipIf(peer === undefined)('with PostgreSQL', () => {
    const address = new URL(peer ?? 'postgres://none')
    const database = { port: address.port || '5432' }

    beforeEach(() => {
      const { hostname, username, password } = address
      env = { ...env, PGHOST: hostname, PGUSER: username, PGPASSWORD: password }
    })

    test.each([
      ['postgres-connections', ['let-in', 'holders', 'idle', 'connections-left']],
      ['postgres-blocked-query', ['let-in', 'long', 'waits', 'none-blocked']],
      ['postgres-wal-disk', ['slots', 'archive', 'slots-fine']],
    ])('the checks of %s pass: %j', (id, names) => {
      for (const name of names)
        expect(run(id, name, database)).toMatchObject({ status: 0, stderr: '' })
    })

    test('a transaction that does not end is found, resists a cancel, and is ended', async () => {
      const client = postgres(peer!, { max: 1, onnotice: () => {} })
      const [row] = await client`select pg_backend_pid() as pid`
      const session = await client.reserve()
      const pid = String((await session`begin`, row!['pid']))
      const of = { ...database, pid }
      expect(run('postgres-blocked-query', 'cancel', of)).toMatchObject({ status: 0 })
      expect(run('postgres-blocked-query', 'still-there', of)).toMatchObject({ status: 2 })
      expect(run('postgres-blocked-query', 'terminate', of)).toMatchObject({ status: 0 })
      expect(run('postgres-blocked-query', 'still-there', of)).toMatchObject({
        status: 0,
        stdout: 'gone\n',
      })
      await client.end({ timeout: 0 })
    })
  })
})
