import type { Timestamp } from '#contract/primitives'
import { fitsAny } from './globs'
import type { Reading } from './source'
import { ignored } from './telling'
import { toTime } from './times'
import { fingerprintOf, isObject, lineAt, objectsIn, toKey, toLine, valueAt } from './values'
import type { DeploymentNews } from './work'

const WORKLOADS = new Set(['deployment', 'statefulset', 'daemonset'])
/** Older kubewatch writes kinds in lower case and with spaces. */
export const isWorkload = (kind: string) => WORKLOADS.has(kind.toLowerCase().replaceAll(' ', ''))

interface News {
  readonly kind: string
  readonly operation: string
  readonly object: unknown
  /** As it was; null or absent when it is new. */
  readonly before: unknown
}

/** What of a workload a rollout is known by. */
interface Rollout {
  /** The sender's number of it, or else the images. */
  readonly id: string
  readonly images: readonly string[]
  readonly state: DeploymentNews['state']
}

/** A workload is told at each change of its status, too: only another revision, and how it goes with it, are news. */
export function readRollout(news: News, at: Timestamp, production: readonly string[]): Reading {
  const metadata = valueAt(news.object, 'metadata')
  const [name, namespace] = [lineAt(metadata, 'name'), lineAt(metadata, 'namespace') || 'default']
  const now = rolloutOf(news.object)
  const left = whyLeft(news, now)
  if (!now || name === '' || left !== undefined) {
    const why = left ?? 'it has no name'
    return ignored(`${news.kind} ${namespace}/${name}: ${why}`)
  }
  const change: DeploymentNews = {
    kind: 'deployment',
    externalId: toKey(`${namespace}/${name}@${now.id}`)!,
    title: toLine(`${name} ${now.images.map(tagOf).join(', ')}`),
    occurredAt: at,
    service: name,
    environment: namespace,
    production: fitsAny(namespace, production),
    state: now.state,
    revision: now.images.map(revisionIn).find((revision) => revision !== undefined),
    ...spanOf(now, news, at),
  }
  return { signals: [], changes: [change] }
}

/** It begins with the first word of it; what follows while it goes on moves nothing. */
function spanOf(now: Rollout, { object, before }: News, at: Timestamp) {
  if (now.state !== 'running') return { finishedAt: progressOf(object)?.at(at) ?? at }
  const then = rolloutOf(before)
  return then?.id === now.id && then.state === 'running' ? {} : { startedAt: at }
}

/** Why it is no news; undefined when it is. */
function whyLeft(
  { operation, object, before }: News,
  now: Rollout | undefined,
): string | undefined {
  if (operation === 'delete') return 'it was deleted, which rolls nothing out'
  if (!now) return 'it says neither images nor a revision'
  // The controller numbers a revision only when it takes it up.
  if (!isTakenUp(object)) return 'the change is not taken up yet: what follows tells'
  const then = rolloutOf(before)
  const isSame = then?.id === now.id && then.state === now.state
  return isSame ? 'its revision and images are the same as before' : undefined
}

function rolloutOf(object: unknown): Rollout | undefined {
  const template = valueAt(object, 'spec', 'template')
  const images = objectsIn(valueAt(template, 'spec', 'containers'))
    .map((container) => toLine(valueAt(container, 'image'), 400))
    .filter((image) => image !== '')
  const annotations = valueAt(object, 'metadata', 'annotations')
  const id =
    lineAt(annotations, 'deployment.kubernetes.io/revision') ||
    lineAt(annotations, 'deprecated.daemonset.template.generation') ||
    lineAt(valueAt(object, 'status'), 'updateRevision') ||
    (images.length === 0 ? '' : fingerprintOf(images).slice(0, 12))
  return id === '' ? undefined : { id, images, state: stateOf(object) }
}

/** The commit that an image's tag names, such as `shop:1.4-3f2a9bc`. A tag of digits only may be a date. */
function revisionIn(image: string): string | undefined {
  const tag = /:([\w.-]+)$/.exec(image.replace(/@sha256:.*$/, ''))?.[1] ?? ''
  const hash = /(?:^|[-_.]|sha)([0-9a-f]{7,40})$/.exec(tag)?.[1]
  return hash !== undefined && /[a-f]/.test(hash) && /\d/.test(hash) ? hash : undefined
}

/** The last part of an image, with its tag: `registry.example/team/shop:1.4` is `shop:1.4`. */
const tagOf = (image: string) =>
  image.replace(/@sha256:([0-9a-f]{12}).*$/, '@$1').replace(/^.*\//, '')

function isTakenUp(object: unknown): boolean {
  const status = valueAt(object, 'status')
  if (!isObject(status)) return true
  const [wanted, seen] = [
    valueAt(object, 'metadata', 'generation'),
    status['observedGeneration'] ?? 0,
  ]
  return typeof wanted !== 'number' || typeof seen !== 'number' || seen >= wanted
}

function progressOf(object: unknown) {
  const conditions = objectsIn(valueAt(object, 'status', 'conditions'))
  const progress = conditions.find((condition) => valueAt(condition, 'type') === 'Progressing')
  return (
    progress && {
      isStuck: valueAt(progress, 'status') === 'False',
      reason: lineAt(progress, 'reason'),
      at: (latest: Timestamp) => toTime(valueAt(progress, 'lastUpdateTime'), latest),
    }
  )
}

/** A deployment says itself how far it is, and stays with it when pods fail later; the others only count. */
function stateOf(object: unknown): DeploymentNews['state'] {
  const progress = progressOf(object)
  if (progress) {
    if (progress.isStuck) return 'failed'
    return progress.reason === 'NewReplicaSetAvailable' ? 'succeeded' : 'running'
  }
  const status = valueAt(object, 'status')
  const [current, updated] = [lineAt(status, 'currentRevision'), lineAt(status, 'updateRevision')]
  if (updated !== '') return current === updated ? 'succeeded' : 'running'
  const [desired, done] = [
    valueAt(status, 'desiredNumberScheduled'),
    valueAt(status, 'updatedNumberScheduled'),
  ]
  return typeof desired === 'number' && desired > 0 && desired === done ? 'succeeded' : 'running'
}
