import type { Timestamp } from '#contract/primitives'
import type { ChangeNews } from '#domains/changes'
import { acceptsJson } from './body'
import { fitsAny } from './globs'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { ignored, TEST, toSignal } from './telling'
import { toTime } from './times'
import {
  entryOf,
  fingerprintOf,
  isObject,
  lineAt,
  listOf,
  toKey,
  toLabels,
  toLine,
  toLinks,
  toText,
  toUrl,
  valueAt,
  wordOf,
} from './values'
import { type DeploymentNews, repositoryIn } from './work'

/**
 * Argo CD notifications. It has no body of its own: the template of the set-up page writes ours (`source: argocd`).
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/services/webhook/
 * What the documentation shows as an example, a bare sync result, is understood as far as it goes.
 */
export const argocd: SourceReader = {
  kind: 'argocd',
  accepts: acceptsJson,
  deliveryKey({ body }) {
    const parts = ['trigger', 'revision', 'phase', 'health', 'startedAt', 'finishedAt'].map(
      (name) => lineAt(body, name),
    )
    const uid = lineAt(body, 'app', 'uid') || lineAt(body, 'app', 'name')
    // Health may change back and forth without a new sync: only what has an end of its own is told apart from a repeat.
    return uid === '' || parts[0] === 'on-health-degraded'
      ? undefined
      : fingerprintOf([uid, ...parts])
  },
  read,
  example,
}

type State = DeploymentNews['state']
const STATES: Readonly<Record<string, State>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  error: 'failed',
  running: 'running',
  terminating: 'running',
}

function read(request: SourceRequest): Reading {
  const { body } = request
  const app = valueAt(body, 'app')
  if (isObject(app) && lineAt(app, 'name') !== '') return readOurs(request, app)
  if (Array.isArray(valueAt(body, 'resources')) && lineAt(body, 'revision') !== '')
    return {
      signals: [],
      ignored: `it says that ${toLine(valueAt(body, 'revision'), 12)} was synced and not of which application: use the template of the set-up page of this source`,
      note: imagesOf(body).join(', '),
    }
  throw new Unreadable(
    'This is not what our template for Argo CD sends: it names no application. Copy the template of the set-up page of this' +
      ' source, and mind `method: POST`.',
  )
}

function readOurs(request: SourceRequest, app: object): Reading {
  const { body, receivedAt } = request
  const name = lineAt(app, 'name')
  const startedAt = toTime(valueAt(body, 'startedAt'), receivedAt)
  const finishedAt = toTime(valueAt(body, 'finishedAt'), receivedAt)
  const times = { startedAt, finishedAt, occurredAt: finishedAt ?? startedAt ?? receivedAt }
  const phase = lineAt(body, 'phase').toLowerCase()
  const changes = deploymentOf(request, app, entryOf(STATES, phase), times)
  const signal = signalOf(body, app, { name, phase, occurredAt: times.occurredAt })
  if (!signal && changes.length === 0) return ignored(`${name} has no news`)
  return { signals: signal ? [signal] : [], changes }
}

const WORDS: Readonly<Partial<Record<State, string>>> = {
  running: 'is being synced',
  succeeded: 'was synced',
  failed: 'failed to sync',
}

function deploymentOf(
  { body, settings }: SourceRequest,
  app: object,
  state: State | undefined,
  times: Pick<DeploymentNews, 'startedAt' | 'finishedAt' | 'occurredAt'>,
): ChangeNews[] {
  if (state === undefined) return []
  const name = lineAt(app, 'name')
  const revision = wordOf(valueAt(body, 'revision'))
  const environment = environmentOf(app)
  return [
    {
      kind: 'deployment',
      externalId: `${keyOf(app)}/${revision ?? 'unknown'}/${times.startedAt ?? ''}`,
      repository: repositoryIn(valueAt(app, 'repoURL')),
      title: `${name} ${WORDS[state]}`,
      service: name,
      environment,
      production: fitsAny(environment, settings.production),
      state,
      revision,
      url: toUrl(valueAt(body, 'url')),
      ...times,
      ...(state === 'running' && { finishedAt: undefined }),
    },
  ]
}

interface Facts {
  readonly name: string
  readonly phase: string
  readonly occurredAt: Timestamp
}

/** A failed sync or a degraded application is wrong; one that is synced and healthy is right. */
function signalOf(
  body: unknown,
  app: object,
  { name, phase, occurredAt }: Facts,
): SourceSignal | undefined {
  const verdict = verdictOf(phase, lineAt(body, 'health').toLowerCase())
  if (verdict === undefined) return undefined
  const isRight = verdict === 'is synced and healthy'
  return toSignal({
    fingerprint: fingerprintOf(['argocd', keyOf(app)]),
    state: isRight ? 'resolved' : 'firing',
    title: `${name} ${verdict}`,
    description: toText(valueAt(body, 'message')),
    severity: isRight ? undefined : 'high',
    service: name,
    labels: labelsOf(body, app),
    links: toLinks(['Argo CD', valueAt(body, 'url')]),
    startsAt: occurredAt,
    endsAt: occurredAt,
  })
}

/** Undefined while it is under way. */
function verdictOf(phase: string, health: string): string | undefined {
  if (phase === 'failed' || phase === 'error') return 'failed to sync'
  if (health === 'degraded' || health === 'missing') return `is ${health}`
  return phase === 'succeeded' && (health === 'healthy' || health === '')
    ? 'is synced and healthy'
    : undefined
}

function labelsOf(body: unknown, app: object): Record<string, string> {
  return toLabels({
    application: valueAt(app, 'name'),
    project: valueAt(app, 'project'),
    namespace: valueAt(app, 'destination', 'namespace'),
    cluster: valueAt(app, 'destination', 'server'),
    revision: valueAt(body, 'revision'),
    sync: valueAt(body, 'sync'),
    health: valueAt(body, 'health'),
  })
}

const keyOf = (app: object) => toKey(valueAt(app, 'uid')) ?? lineAt(app, 'name')

/** The namespace it goes to is what clusters tell their environments apart by. */
function environmentOf(app: object): string {
  return wordOf(valueAt(app, 'destination', 'namespace'), valueAt(app, 'project')) ?? 'default'
}

function imagesOf(body: unknown): string[] {
  const images = listOf(valueAt(body, 'resources')).flatMap((each) =>
    listOf(valueAt(each, 'images')),
  )
  return images.map((image) => toLine(image, 200)).filter(Boolean)
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  return {
    source: 'argocd',
    trigger: status === 'firing' ? 'on-sync-failed' : 'on-deployed',
    app: {
      name: 'quarterdeck-test',
      uid: '00000000-0000-4000-8000-000000000003',
      namespace: 'argocd',
      project: 'default',
      destination: { namespace: 'test' },
    },
    revision: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d',
    phase: status === 'firing' ? 'Failed' : 'Succeeded',
    health: 'Healthy',
    sync: status === 'firing' ? 'OutOfSync' : 'Synced',
    message: TEST.text,
    startedAt: new Date(now - 42_000).toISOString(),
    finishedAt: new Date(now).toISOString(),
  }
}
