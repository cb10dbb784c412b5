import type { ActionTarget } from '#contract/actions'
import type { Connection } from '#contract/connections'
import { SourceSettings } from '#contract/intake'
import type { ConnectionId } from '#contract/primitives'
import type { Ticket } from '#contract/tickets'
import type { Connections } from '#domains/connections'
import { KINDS } from '#domains/sources'
import { REHEARSED_TICKET } from '#domains/runs'
import { newId } from '#platform/ids'
import type { RunbookTest } from './test-file'

type Reached = Pick<Connections, 'find' | 'resolve' | 'resolveAll' | 'toSudo' | 'toTarget'>

/** Every name is a connection, as if it were set up; nothing is behind any of them. */
export function standInConnections(targets: RunbookTest['targets']): Reached {
  const known = new Map<string, Connection>()
  const named = (name: string): Connection => {
    const connection = known.get(name) ?? toConnection(name)
    known.set(name, connection)
    return connection
  }
  const all = (selector: string) => (targets[selector] ?? [selector]).map(named)
  return {
    find: async (id) => [...known.values()].find((one) => one.id === id),
    async resolve(selector) {
      const found = all(selector)
      return found.length === 1 ? found[0] : undefined
    },
    resolveAll: async (selector) => all(selector),
    toSudo: () => undefined,
    toTarget: ({ id, name, kind, host, port, username }): ActionTarget => ({
      connectionId: id,
      connectionName: name,
      kind,
      host,
      port,
      username,
      hostKey: null,
      credentialId: null,
      credentialName: null,
    }),
  }
}

function toConnection(name: string): Connection {
  const isLocal = name === 'local'
  return {
    id: newId<ConnectionId>('con'),
    name: isLocal ? 'This machine' : name,
    kind: isLocal ? 'local' : 'ssh',
    host: isLocal ? null : name,
    port: 22,
    username: isLocal ? null : 'ops',
    auth: 'agent',
    credentialId: null,
    credentialName: null,
    tags: [],
    hostKey: null,
    hostKeySeenAt: null,
    lastTest: null,
    createdAt: 0,
  }
}

const SETTINGS = SourceSettings.parse({})

/** The ticket that this alert would open, read as if Alertmanager had sent it. */
export function standInTicket(alert: NonNullable<RunbookTest['alert']>): Ticket {
  const startsAt = new Date(0).toISOString()
  const fired = { ...alert, status: 'firing', startsAt, fingerprint: '0000000000000000' }
  const body = { version: '4', status: 'firing', receiver: 'test', alerts: [fired] }
  const request = { headers: {}, contentType: 'application/json', body, receivedAt: 0 }
  const [signal] = KINDS.alertmanager.read({
    ...request,
    mapping: null,
    settings: SETTINGS,
  }).signals
  const { title, description, severity, service, host, fingerprint, labels, annotations } = signal!
  return {
    id: REHEARSED_TICKET,
    title,
    description,
    status: 'open',
    severity: severity ?? 'medium',
    severityBy: 'source',
    verdict: null,
    signal: 'firing',
    source: 'alertmanager',
    service: service ?? null,
    host: host ?? null,
    fingerprint,
    labels: { ...labels },
    annotations: { ...annotations },
    links: [],
    occurrences: 1,
    ownerId: null,
    ownerName: null,
    acknowledgedAt: null,
    snoozedUntil: null,
    escalation: null,
    incidentSince: null,
    activeRunId: null,
    openedAt: 0,
    lastSignalAt: 0,
    updatedAt: 0,
    resolvedAt: null,
  }
}
