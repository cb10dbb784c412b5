import { readFile, stat } from 'node:fs/promises'
import type { PolicyDecision, PolicyStatus } from '#contract/policies'
import type { Timestamp } from '#contract/primitives'
import type { Audit } from '#domains/audit'
import type { Serves } from '#platform/caller'
import { sha256 } from '#platform/canonical-json'
import type { Clock } from '#platform/clock'
import { type Database, transact } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import { decide, type Policy, type Subject } from './policy'
import { describeRule, LARGEST_BYTES, parsePolicy } from './policy-file'

export interface Policies extends Serves<'policies'> {
  /** What the policy says now about this action. Never throws; what cannot be read denies. */
  decide(subject: Omit<Subject, 'at'>): PolicyDecision
  /** Looks whether the file changed. */
  look(): Promise<void>
}

export interface Needs {
  database: Database
  clock: Clock
  events: Events
  audit: Audit
  log: Log
  /** Where the file is, and whether somebody chose that place: then it has to be there. */
  file: () => { path: string; chosen: boolean }
}

interface Read {
  readonly path: string
  readonly stamp: string
  readonly policy: Policy
  readonly hash: string | null
  readonly problems: PolicyStatus['problems']
  readonly at: Timestamp | null
}

/** Reads the file before it answers. */
export async function createPolicyService(needs: Needs): Promise<Policies> {
  const { clock, events } = needs
  let now = await read(needs, undefined)
  await writeDown(needs, now, undefined)
  let last: Promise<unknown> = Promise.resolve()

  async function look(isOrdered = false, by = 'quarterdeck'): Promise<void> {
    const next = await read(needs, isOrdered ? undefined : now)
    const before = now
    now = next
    if (next.hash === before.hash && next.policy.state === before.policy.state) return
    await writeDown(needs, next, before, by)
    events.publish('policies.changed', {})
  }
  /** One after the other, so that an older reading never takes the place of a newer one. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = last.then(work)
    last = done.catch(() => undefined) // whoever asked hears it
    return done
  }

  return {
    decide: (subject) => decide(now.policy, { ...subject, at: clock.now() }),
    look: () => inTurn(() => look()),
    status: () => toStatus(now),
    async reload(_, { operator }) {
      await inTurn(() => look(true, operator.name))
      return toStatus(now)
    },
  }
}

/** `before` is what was read last: what is the same is not read again, and what vanished is missed. */
async function read({ file, clock }: Needs, before: Read | undefined): Promise<Read> {
  const { path, chosen } = file()
  try {
    const { mtimeMs, size, ino } = await stat(path)
    const stamp = `${mtimeMs} ${size} ${ino}`
    if (before?.path === path && before.stamp === stamp) return before
    if (size > LARGEST_BYTES) return failed(path, stamp, `it is larger than ${LARGEST_BYTES} bytes`)
    const text = await readFile(path, 'utf8')
    return { path, stamp, ...parsePolicy(text), hash: sha256(text), at: clock.now() }
  } catch (error) {
    return unread(error, { path, chosen }, before)
  }
}

function unread(
  error: unknown,
  { path, chosen }: { path: string; chosen: boolean },
  before: Read | undefined,
): Read {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  if (code !== 'ENOENT' || chosen) return failed(path, code, `it cannot be read: ${code}`)
  if (before?.path === path && before.policy.state !== 'none')
    return failed(
      path,
      code,
      'it was there and is gone; an admin can press Reload to go on without one',
    )
  return { path, stamp: '', policy: { state: 'none' }, hash: null, problems: [], at: null }
}

function failed(path: string, stamp: string, message: string): Read {
  const why = `The policy file ${path} counts as broken: ${message}. Until it is put right, nothing that does more than read is run.`
  const problems = [{ line: null, message }]
  return { path, stamp, policy: { state: 'broken', why }, hash: null, problems, at: null }
}

async function writeDown(
  { database, audit, log }: Needs,
  now: Read,
  before: Read | undefined,
  actor = 'quarterdeck',
): Promise<void> {
  const { policy, path, hash, problems } = now
  if (policy.state === 'none' && !before) return
  if (policy.state === 'broken') log.error({ path, problems }, 'the policy file is broken')
  const rules = policy.state === 'loaded' ? policy.rules : []
  await transact(database.db, (tx) =>
    audit.record(tx, {
      actor,
      action: `policy.${policy.state}`,
      subject: path,
      detail: { hash, problems, rules: rules.map(({ name, effect }) => ({ name, effect })) },
    }),
  )
}

function toStatus({ path, policy, hash, problems, at }: Read): PolicyStatus {
  const rules = policy.state === 'loaded' ? policy.rules.map(describeRule) : []
  return { path, state: policy.state, hash, loadedAt: at, problems, rules }
}
