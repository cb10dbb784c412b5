import { Refusal } from '#contract'
import type { PullDraft, PullKind } from '#contract/pulls'
import type { Credentials } from '#domains/credentials'
import type { Egress } from '#domains/egress'
import type { Caller } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { type Asking, createAsking } from './asking'
import { PLANS } from './plans'
import { basicOrBearer, type Lease, PullProblem, type Round } from './pull-plan'

interface Needs {
  egress: Pick<Egress, 'ask'>
  credentials: Pick<Credentials, 'lease' | 'vault'>
  clock: Clock
  /** For questions of our own. */
  caller(): Caller
}

interface Wish extends Pick<PullDraft, 'source' | 'url' | 'credentialId' | 'scope'> {
  readonly kind: PullKind
}

/** What one pull works with: the questions it may put, with the secret it was lent for that. */
export interface Opened {
  readonly round: Round
  readonly waitMs: Asking['waitMs']
}

/**
 * Opens the credential for one pull. A vault that is shut is nobody's failure: it throws `PullProblem` with `ours`. A
 * keychain that would ask a person is only bothered when a person waits.
 */
export async function openRound(
  needs: Needs,
  { source, url, credentialId, scope, kind }: Wish,
  { signal, person }: { signal: AbortSignal; person: boolean },
): Promise<Opened> {
  const { egress, clock } = needs
  const plan = PLANS[kind]
  const base = new URL(url)
  const user = decodeURIComponent(base.username)
  base.username = ''
  const purpose = `pull ${kind}`
  const lease = credentialId && (await borrow(needs, credentialId, { source, user, person }))
  const authorize = plan.authorize ?? basicOrBearer
  const { ask, waitMs } = createAsking({
    egress,
    errand: { purpose, actor: `source ${source}` },
    base,
    headers: { ...plan.headers, ...(lease && authorize(lease)) },
    signal,
    now: clock.now,
  })
  return { round: { ask, scope, now: clock.now() }, waitMs }
}

async function borrow(
  { credentials, caller }: Needs,
  id: NonNullable<PullDraft['credentialId']>,
  { source, user, person }: { source: string; user: string; person: boolean },
): Promise<Lease> {
  if (!person) {
    const { state, detail } = await credentials.vault({}, caller())
    if (state !== 'unlocked') throw new PullProblem('auth', detail, { ours: true })
  }
  try {
    const { kind, secret } = await credentials.lease(id, { purpose: 'pull', subject: source })
    if (kind !== 'token' && kind !== 'password')
      throw new PullProblem('auth', 'This secret opens no API. Choose a token or a password.')
    return { kind, secret: secret.reveal(), user }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new PullProblem('auth', error.message, { ours: error.code === 'vault_locked' })
  }
}
