import { z } from 'zod'
import {
  type Batch,
  type Found,
  inBatches,
  misshapen,
  MOST_PAGES,
  type PullPlan,
  type Round,
} from './pull-plan'
import { isObject, textAt, timeAt, valueAt } from './values'

const Cursor = z.object({
  /** Incidents that are not resolved: what was told of each; `''`: it is about to be. */
  open: z.record(z.string(), z.string()),
  /** Up to when notes are known. */
  notesAt: z.int(),
})
type Cursor = z.infer<typeof Cursor>

const PAGE = 100

/**
 * PagerDuty's REST API, version 2: every incident that is open, what became of those that were, and notes on them.
 * https://developer.pagerduty.com/api-reference/9d0b4b12e36f9-list-incidents
 */
export const pagerdutyPull: PullPlan = {
  form: {
    kind: 'pagerduty',
    url: 'https://api.pagerduty.com',
    urlHelp: 'https://api.eu.pagerduty.com for accounts in the EU service region.',
    scope: {
      name: 'Services',
      example: 'PIJ90N7',
      help: 'Ids of services, from their addresses. Empty: every service that the key may see.',
      least: 0,
    },
    credential: {
      needed: true,
      help: 'A read-only REST API key (Integrations, API Access Keys), as a token.',
    },
  },
  headers: { accept: 'application/vnd.pagerduty+json;version=2' },
  authorize: ({ secret }) => ({ authorization: `Token token=${secret}` }),
  async *pull(round, given) {
    const known = Cursor.safeParse(given).data ?? { open: {}, notesAt: round.now }
    const open = await listOpen(round)
    const gone = await findGone(round, known, open)
    const notes = await findNotes(round, known)
    yield* tell(round, known, { open, gone, notes })
  },
}

interface Learnt {
  readonly open: ReadonlyMap<string, unknown>
  readonly gone: ReadonlyMap<string, unknown>
  readonly notes: readonly unknown[]
}

function* tell({ now }: Round, known: Cursor, { open, gone, notes }: Learnt): Generator<Batch> {
  const pending = { ...known, open: { ...known.open } }
  for (const id of open.keys()) pending.open[id] ??= ''
  const records = [
    ...[...open].flatMap(([id, incident]) => newsOf(incident, known.open[id])),
    ...[...gone].map(([id, incident]) =>
      toFound('incident.resolved', incident, `${id} ${known.open[id]}`),
    ),
    ...notes.map((entry) => toFound('incident.annotated', entry, textAt(entry, 'id'))),
  ]
  // What was delivered and is resolved after a crash is still asked about.
  if (open.keys().some((id) => known.open[id] === undefined)) yield { records: [], cursor: pending }
  const after: Cursor = {
    open: Object.fromEntries(open.entries().map(([id, incident]) => [id, versionOf(incident)])),
    notesAt: now,
  }
  yield* inBatches(records, pending, after, now)
}

const toFound = (what: string, body: unknown, key: string): Found => ({
  what,
  body,
  key: `${what} ${key}`,
})

function versionOf(incident: unknown): string {
  const priority = textAt(valueAt(incident, 'priority'), 'id')
  const changed = textAt(incident, 'last_status_change_at')
  return [textAt(incident, 'status'), changed, textAt(incident, 'urgency'), priority].join(' ')
}

/** In the words of its webhooks: what has happened to an incident since it was told last. */
function newsOf(incident: unknown, before: string | undefined): Found[] {
  const version = versionOf(incident)
  if (version === before) return []
  const id = textAt(incident, 'id')
  const status = textAt(incident, 'status')
  const [was = '', wasChanged] = (before ?? '').split(' ')
  const found = (type: string) => toFound(`incident.${type}`, incident, `${id} ${version}`)
  if (was === '') {
    // An acknowledgement alone would open nothing.
    return status === 'triggered' ? [found('triggered')] : [found('triggered'), found(status)]
  }
  if (was === status && wasChanged === textAt(incident, 'last_status_change_at'))
    return [found('priority_updated')]
  return [found(was === 'acknowledged' && status === 'triggered' ? 'unacknowledged' : status)]
}

async function listOpen({ ask, scope }: Round): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>()
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { body } = await ask({
      path: '/incidents',
      query: {
        'statuses[]': ['triggered', 'acknowledged'],
        'service_ids[]': scope,
        date_range: 'all',
        limit: PAGE,
        offset: page * PAGE,
      },
    })
    const incidents = valueAt(body, 'incidents')
    if (!Array.isArray(incidents)) throw misshapen('list of incidents of PagerDuty')
    for (const incident of incidents) found.set(textAt(incident, 'id'), incident)
    if (valueAt(body, 'more') !== true) break
  }
  found.delete('')
  return found
}

/** What became of those that are open no more; one that PagerDuty does not know any more is over. */
async function findGone({ ask }: Round, known: Cursor, open: ReadonlyMap<string, unknown>) {
  const found = new Map<string, unknown>()
  for (const id of Object.keys(known.open)) {
    if (open.has(id)) continue
    const { body } = await ask({ path: `/incidents/${encodeURIComponent(id)}`, also: [404] })
    const incident = valueAt(body, 'incident')
    found.set(id, isObject(incident) ? incident : { id, type: 'incident', status: 'resolved' })
  }
  return found
}

/** What people wrote on incidents that we know. */
async function findNotes({ ask, now }: Round, { open, notesAt }: Cursor): Promise<unknown[]> {
  const found: unknown[] = []
  if (Object.keys(open).length === 0) return found
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { body } = await ask({
      path: '/log_entries',
      query: {
        since: new Date(notesAt).toISOString(),
        until: new Date(now).toISOString(),
        limit: PAGE,
        offset: page * PAGE,
      },
    })
    const entries = valueAt(body, 'log_entries')
    if (!Array.isArray(entries)) throw misshapen('list of log entries of PagerDuty')
    for (const entry of entries) {
      const isNote = textAt(entry, 'type').startsWith('annotate_log_entry')
      const isNew = (timeAt(entry, 'created_at') ?? now) >= notesAt
      if (isNote && isNew && Object.hasOwn(open, textAt(valueAt(entry, 'incident'), 'id')))
        found.push(entry)
    }
    if (valueAt(body, 'more') !== true) break
  }
  return found.toReversed()
}
