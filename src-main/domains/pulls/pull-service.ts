import { Refusal } from '#contract'
import type { Pull, PullDraft } from '#contract/pulls'
import { PullKind } from '#contract/pulls'
import type { SourceKind } from '#contract/intake'
import type { Audit } from '#domains/audit'
import type { Credentials } from '#domains/credentials'
import type { Egress } from '#domains/egress'
import type { Caller, Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { afterCommit, type Db, transact } from '#platform/database'
import { openRound } from './opening'
import { PLANS } from './plans'
import type { Driver } from './pull-driver'
import type { KeptPull, PullRepository } from './pull-repository'
import { tryOut } from './trial'

type Answers = Serves<'pulls'>

interface Needs {
  db: Db
  clock: Clock
  audit: Audit
  repository: PullRepository
  driver: Driver
  credentials: Pick<Credentials, 'lease' | 'vault' | 'nameOf'>
  egress: Pick<Egress, 'ask' | 'whyNot'>
  intake: { kindOf(source: string): SourceKind | undefined }
  console: string
  caller(): Caller
  tell(): void
}

/** What an operator says about pulls, and sees of them. */
export function createPullService(needs: Needs): Answers {
  const { repository, driver, console, intake } = needs
  const shown = (pull: KeptPull): Pull => ({
    ...pull,
    here: pull.console === console,
    state: { ...pull.state, running: driver.isRunning(pull.source) },
  })
  return {
    forms: () => Object.values(PLANS).map(({ form }) => form),
    async list() {
      const all = await repository.all()
      return all.filter(({ source }) => intake.kindOf(source) !== undefined).map(shown)
    },
    set: async (draft, caller) => shown(await set(needs, draft, caller)),
    async remove({ source }, { operator }) {
      await getPull(needs, source)
      await driver.stop(source)
      await removePull(needs, source, operator.name)
      return {}
    },
    async runNow({ source }, { signal }) {
      const pull = await getPull(needs, source)
      if (pull.console !== console)
        throw new Refusal(
          'unsupported',
          `“${source}” is asked from ${pull.console}, where its credential is. Ask there, or save it here to ask from here.`,
        )
      if (driver.isRunning(source))
        throw new Refusal('conflict', `“${source}” is being asked at this moment.`)
      await driver.run(pull, { person: true, signal })
      return shown(await getPull(needs, source))
    },
    async test(draft, { signal }) {
      const kind = await check(needs, draft)
      const url = new URL(draft.url)
      const why = needs.egress.whyNot(url)
      if (why !== undefined) throw new Refusal('forbidden', why)
      const { status, detail } = await vaultOf(needs, draft)
      if (status !== 'unlocked') throw new Refusal('vault_locked', detail)
      return tryOut(kind, url, () => openRound(needs, { ...draft, kind }, { signal, person: true }))
    },
  }
}

async function vaultOf({ credentials }: Needs, { credentialId, source }: PullDraft) {
  if (credentialId === null) return { status: 'unlocked', detail: '' }
  try {
    await credentials.lease(credentialId, { purpose: 'pull', subject: source })
    return { status: 'unlocked', detail: '' }
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'vault_locked') throw error
    return { status: 'locked', detail: error.message }
  }
}

async function getPull({ repository }: Needs, source: string): Promise<KeptPull> {
  const pull = await repository.find(source)
  if (!pull) throw new Refusal('not_found', `“${source}” is not asked by itself.`)
  return pull
}

/** Refused when it cannot be asked as the draft says. */
async function check({ intake, credentials }: Needs, draft: PullDraft): Promise<PullKind> {
  const { source, url, scope, credentialId } = draft
  const kind = PullKind.safeParse(known(intake.kindOf(source), source))
  if (!kind.success)
    throw new Refusal(
      'invalid_input',
      `“${source}” is of a kind that cannot be asked: it sends by itself.`,
    )
  const wrong = whyNot(kind.data, new URL(url), scope)
  if (wrong !== undefined) throw new Refusal('invalid_input', wrong)
  if (credentialId !== null && (await credentials.nameOf(credentialId)) === undefined)
    throw new Refusal(
      'not_found',
      `There is no credential ${credentialId}. It may have been removed.`,
    )
  return kind.data
}

function whyNot(kind: PullKind, url: URL, scope: readonly string[]): string | undefined {
  if (url.password !== '') return 'There is a password in the address. Put it into a credential.'
  const { form, checkScope } = PLANS[kind]
  if (form.scope === null) return scope.length > 0 ? 'This kind takes no scope.' : undefined
  if (scope.length < form.scope.least) return `${form.scope.name}: ${form.scope.help}`
  return checkScope?.(scope)
}

function known(kind: SourceKind | undefined, source: string): SourceKind {
  if (kind === undefined) throw new Refusal('not_found', `There is no source “${source}”.`)
  return kind
}

async function set(needs: Needs, draft: PullDraft, { operator }: Caller): Promise<KeptPull> {
  const { db, repository, driver, audit, clock, console, tell } = needs
  const kind = await check(needs, draft)
  await driver.stop(draft.source)
  return transact(db, async (tx) => {
    const before = await repository.find(draft.source, tx)
    const goesOn =
      before !== undefined && before.url === draft.url && isSame(before.scope, draft.scope)
    const nextAt = draft.enabled ? clock.now() : null
    const pull: KeptPull = {
      ...draft,
      kind,
      console,
      state: { ...(goesOn ? before.state : UNTRIED), ...FRESH, nextAt },
    }
    await repository.save(pull, !goesOn, tx)
    const { source, ...detail } = draft
    await audit.record(tx, {
      actor: operator.name,
      action: 'pull.set',
      subject: `source ${source}`,
      detail,
    })
    afterCommit(tx, tell)
    return pull
  })
}

const isSame = (a: readonly string[], b: readonly string[]) =>
  JSON.stringify(a) === JSON.stringify(b)

/** What was wrong may be right now. */
const FRESH = { failures: 0, circuit: 'closed', problem: '' } as const
const UNTRIED = { upTo: null, lastAt: null, lastOkAt: null, lastCount: 0, nextAt: null }

/** Also for a source that was removed: nobody may be asked for it any more. */
export async function removePull(
  { db, repository, audit, tell }: Pick<Needs, 'db' | 'repository' | 'audit' | 'tell'>,
  source: string,
  actor: string,
): Promise<void> {
  await transact(db, async (tx) => {
    await repository.remove(source, tx)
    await audit.record(tx, { actor, action: 'pull.removed', subject: `source ${source}` })
    afterCommit(tx, tell)
  })
}
