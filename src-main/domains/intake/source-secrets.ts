import { randomBytes } from 'node:crypto'
import { Refusal } from '#contract'
import type { CredentialId, Timestamp } from '#contract/primitives'
import type { Credentials } from '#domains/credentials'
import { KINDS } from '#domains/sources'
import type { Caller, Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import type { Log } from '#platform/log'
import type { DeliveryRepository } from './delivery-repository'
import type { Gate } from './gate'
import type { Proofs } from './proofs'
import { type KeptSource, present, type SourceRepository } from './source-repository'
import type { createOrder, toShown } from './source-service'

interface Needs {
  clock: Clock
  log: Log
  sources: SourceRepository
  deliveries: DeliveryRepository
  credentials: Pick<Credentials, 'create' | 'remove' | 'onRemove'>
  gate: Gate
  proofs: Proofs
  order: ReturnType<typeof createOrder>
  show: (
    ...given: Parameters<typeof toShown> extends [unknown, ...infer R] ? R : never
  ) => ReturnType<typeof toShown>
}
type Answers = Pick<Serves<'intake'>, 'setSecret' | 'removeSecret'>

const HOUR_MS = 3_600_000

/** The secrets that senders sign with: in the vault, two at a time while one is being rotated. */
export function createSourceSecrets(needs: Needs): Answers & { sweep(): Promise<void> } {
  const { clock, sources, deliveries, credentials, gate, order, show } = needs
  const forget = createForgetting(needs)
  credentials.onRemove((id) => userOf(sources, id))

  const shown = async (source: KeptSource, caller: Caller) =>
    show(source, await deliveries.counts(), caller)

  return {
    async setSecret({ name, secret, overlapHours }, caller) {
      const source = present(gate.sourceOf(name), name)
      refuseUnsigned(source)
      const made = secret ?? newSecret()
      const now = clock.now()
      const { id } = await credentials.create(
        { name: nameOf(name, now), kind: 'webhook_secret', secret: made, passphrase: '' },
        caller,
      )
      let dropped: (CredentialId | null)[] = []
      const changed = await order(name, caller, 'source.secret_set', async (known, tx) => {
        const before = present(known, name)
        const next = rotated(before, id, overlapHours === 0 ? null : now + overlapHours * HOUR_MS)
        dropped = [before.secretId, before.previousSecretId].filter(
          (old) => old !== next.previousSecretId,
        )
        await sources.save(next, tx)
        return next
      })
      await forget(dropped, caller)
      return { source: await shown(changed, caller), secret: secret === null ? made : null }
    },
    async removeSecret({ name }, caller) {
      let dropped: (CredentialId | null)[] = []
      const changed = await order(name, caller, 'source.secret_removed', async (known, tx) => {
        const before = present(known, name)
        dropped = [before.secretId, before.previousSecretId]
        const next = { ...before, secretId: null, previousSecretId: null, previousUntil: null }
        await sources.save(next, tx)
        return next
      })
      await forget(dropped, caller)
      return shown(changed, caller)
    },
    /** Ends rotations whose time is over. */
    async sweep() {
      const now = clock.now()
      const over = (await sources.all()).filter(({ previousUntil }) => (previousUntil ?? now) < now)
      for (const { name, previousSecretId } of over) {
        const caller = QUARTERDECK
        await order(name, caller, 'source.rotation_ended', async (known, tx) => {
          const next = { ...present(known, name), previousSecretId: null, previousUntil: null }
          await sources.save(next, tx)
          return next
        })
        await forget([previousSecretId], caller)
      }
    },
  }
}

/** Why a secret cannot be removed from the vault by itself; undefined when no source signs with it. */
async function userOf(sources: SourceRepository, id: CredentialId): Promise<string | undefined> {
  const all = await sources.all()
  const user = all.find((each) => each.secretId === id || each.previousSecretId === id)
  return user && `The source ${user.title} signs with it. Take it away there, under Intake.`
}

/** Gone from the vault when nothing refers to it any more; one that cannot be removed is only a leftover. */
function createForgetting({ credentials, proofs, log }: Needs) {
  return async function forget(
    ids: readonly (CredentialId | null)[],
    caller: Caller,
  ): Promise<void> {
    for (const id of ids) {
      if (id === null) continue
      await credentials.remove({ id }, caller).catch((error: unknown) => {
        log.warn({ err: error, id }, 'a secret that is not used any more is still in the vault')
      })
    }
    proofs.forget()
  }
}

/** What is done by the clock has no person behind it. */
const QUARTERDECK: Caller = {
  operator: {
    id: 'opr_00000000000000000000000000' as Caller['operator']['id'],
    name: 'quarterdeck',
    role: 'operator',
  },
  signal: new AbortController().signal,
}

function refuseUnsigned({ kind, title }: KeptSource): void {
  const { proof } = KINDS[kind]
  if (proof?.secret) return
  const why = proof
    ? 'signs with a certificate, so there is no secret to set'
    : 'cannot sign: its address with the token is the proof'
  throw new Refusal('invalid_input', `${title} ${why}. Nothing was changed.`)
}

function rotated(before: KeptSource, id: CredentialId, until: Timestamp | null): KeptSource {
  const previousSecretId = until === null ? null : before.secretId
  return {
    ...before,
    secretId: id,
    previousSecretId,
    previousUntil: previousSecretId === null ? null : until,
  }
}

/** Names in the vault are unique; time and chance tell the two of a rotation apart. */
const nameOf = (source: string, now: Timestamp) =>
  `signature of ${source.slice(0, 40)}, ${new Date(now).toISOString().slice(0, 19)}Z ${randomBytes(2).toString('hex')}`

/** As Standard Webhooks make them: 32 random bytes. */
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`
