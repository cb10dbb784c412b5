import { Refusal } from '#contract'
import type { ActionTarget } from '#contract/actions'
import type { Connection, ConnectionDraft } from '#contract/connections'
import { type StoredConnection, toTarget } from '#domains/connectors'

/** Always finds this machine, so nothing else may be called that. */
const LOCAL = 'local'

const BINDING = {
  kind: 'the kind of connection',
  host: 'the host',
  port: 'the port',
  username: 'the user',
  hostKey: 'the host key',
  credentialId: 'the credential',
} as const

/** What is no longer as it was when the action was frozen, in words; undefined when all is the same. */
export function findDrift(now: Connection, target: ActionTarget): string | undefined {
  const current = toTarget(now)
  const fields = Object.keys(BINDING) as (keyof typeof BINDING)[]
  const drifted = fields.filter((field) => current[field] !== target[field])
  if (drifted.length === 0) return undefined
  const what = drifted.map((field) => BINDING[field]).join(' and ')
  return `Since this action was made, ${what} of ${now.name} changed.`
}

/** Drops what the kind does not use. Refused with `invalid_input` when something it needs is missing. */
export function completeDraft(draft: ConnectionDraft): ConnectionDraft {
  if (draft.kind === 'local')
    return { ...draft, host: null, port: 22, username: null, auth: 'agent', credentialId: null }
  if (draft.name.toLowerCase() === LOCAL)
    throw new Refusal(
      'invalid_input',
      'The name "local" always means this machine. Choose another name.',
    )
  if (!draft.host) throw new Refusal('invalid_input', 'An SSH connection needs a host.')
  if (!draft.username) throw new Refusal('invalid_input', 'An SSH connection needs a user name.')
  if (draft.auth === 'agent') return { ...draft, credentialId: null }
  if (!draft.credentialId) {
    const kind = draft.auth === 'key' ? 'private key' : 'password'
    throw new Refusal('invalid_input', `Choose the ${kind} that this connection signs in with.`)
  }
  return draft
}

/** Another address may be another machine: the key accepted for the old one says nothing about it. */
export function forgetsHostKey(before: StoredConnection, draft: ConnectionDraft): boolean {
  return before.kind !== draft.kind || before.host !== draft.host || before.port !== draft.port
}

/**
 * The one connection a selector names: by name, then by tag, then by host (with or without a port, as alerts give it).
 * Undefined when none fits, and when several fit equally: a guess could run a step on the wrong machine.
 */
export function pick<C extends StoredConnection>(
  connections: readonly C[],
  selector: string,
): C | undefined {
  const wanted = selector.trim().toLowerCase()
  if (wanted === LOCAL) return connections.find(({ kind }) => kind === 'local')
  const hostOnly = wanted.replace(/:\d+$/, '')
  const ways: ((connection: C) => boolean)[] = [
    ({ name }) => name.toLowerCase() === wanted,
    ({ tags }) => tags.some((tag) => tag.toLowerCase() === wanted),
    ({ host, port }) => host !== null && `${host.toLowerCase()}:${port}` === wanted,
    ({ host }) => host?.toLowerCase() === wanted,
    ({ host }) => host?.toLowerCase() === hostOnly,
  ]
  for (const fits of ways) {
    const found = connections.filter(fits)
    if (found.length > 0) return found.length === 1 ? found[0] : undefined
  }
  return undefined
}
