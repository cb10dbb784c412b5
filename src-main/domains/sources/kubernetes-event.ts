import type { SourceSettings } from '#contract/intake'
import type { Severity, Timestamp } from '#contract/primitives'
import type { Reading, SourceRequest, SourceSignal } from './source'
import { ignored, quietMsOf, toSignal } from './telling'
import { toTime } from './times'
import {
  entryOf,
  fingerprintOf,
  firstLine,
  isObject,
  lineAt,
  toHost,
  toLabels,
  toLine,
  toText,
  toTextMap,
  valueAt,
} from './values'

/** The cluster forgets its events after an hour, and what goes on is told again long before that. */
const QUIET_MS = 3_600_000

/** An event of `v1` or `events.k8s.io/v1`. */
export function isEvent(value: Record<string, unknown>): boolean {
  return isObject(valueAt(value, 'involvedObject')) || isObject(valueAt(value, 'regarding'))
}

/** One event is told again with a higher count when the same thing happens again. */
export function eventKey(event: Record<string, unknown>): string | undefined {
  const uid = lineAt(valueAt(event, 'metadata'), 'uid')
  if (uid === '') return undefined
  const count = lineAt(event, 'count') || lineAt(valueAt(event, 'series'), 'count')
  return fingerprintOf([
    uid,
    count,
    lineAt(event, 'lastTimestamp'),
    valueAt(event, 'series') ?? null,
  ])
}

/** What was said about one object of a cluster. */
export interface Happening {
  readonly kind: string
  readonly name: string
  readonly namespace: string
  readonly uid: string
  readonly cluster: string
  readonly reason: string
  readonly isWarning: boolean
  readonly message: string
  /** Of the object. */
  readonly labels: Readonly<Record<string, string>>
  /** The node that said it. */
  readonly host: string
  readonly extra: Readonly<Record<string, string>>
  readonly startsAt: Timestamp
  readonly endsAt: Timestamp
}

export function readEvent(
  event: Record<string, unknown>,
  cluster: string,
  { receivedAt, settings }: SourceRequest,
): Reading {
  const object = valueAt(event, 'involvedObject') ?? valueAt(event, 'regarding')
  const source = valueAt(event, 'source') ?? valueAt(event, 'deprecatedSource')
  const happening: Happening = {
    kind: lineAt(object, 'kind'),
    name: toLine(valueAt(object, 'name'), 400),
    namespace: lineAt(object, 'namespace'),
    uid: lineAt(object, 'uid'),
    cluster,
    reason: lineAt(event, 'reason'),
    isWarning: lineAt(event, 'type').toLowerCase() === 'warning',
    message: toText(valueAt(event, 'message') ?? valueAt(event, 'note')),
    labels: toTextMap(valueAt(object, 'labels')),
    host: lineAt(source, 'host'),
    extra: {
      component: firstLine(valueAt(source, 'component'), valueAt(event, 'reportingComponent')),
      count: firstLine(valueAt(event, 'count'), valueAt(event, 'series', 'count')),
    },
    ...timesOf(event, receivedAt),
  }
  const signal = kubernetesSignal(happening, settings)
  const { kind, name, reason } = happening
  return signal
    ? { signals: [signal] }
    : ignored(`${reason || 'an event'} of ${kind} ${name} is part of normal work`)
}

/** `firstTimestamp` is null in events of the newer kind, which have `eventTime`, and a series when they repeat. */
function timesOf(event: unknown, receivedAt: Timestamp) {
  const at = (holder: unknown, ...keys: string[]) =>
    keys.map((key) => toTime(valueAt(holder, key), receivedAt)).find((time) => time !== undefined)
  const created = at(valueAt(event, 'metadata'), 'creationTimestamp')
  const newest =
    at(valueAt(event, 'series'), 'lastObservedTime') ??
    at(event, 'lastTimestamp', 'deprecatedLastTimestamp')
  const oldest = at(event, 'firstTimestamp', 'deprecatedFirstTimestamp', 'eventTime')
  return {
    startsAt: oldest ?? newest ?? created ?? receivedAt,
    endsAt: newest ?? oldest ?? created ?? receivedAt,
  }
}

/** What is wrong whatever its type says, which is `Normal` for many things that nodes tell. */
const WRONG: Readonly<Record<string, Severity>> = {
  BackOff: 'high',
  CrashLoopBackOff: 'high',
  OOMKilling: 'high',
  OOMKilled: 'high',
  SystemOOM: 'high',
  NodeNotReady: 'high',
  NodeHasDiskPressure: 'medium',
  NodeHasInsufficientMemory: 'medium',
  NodeHasInsufficientPID: 'medium',
}

/** What is right again by each of these. Nothing else in a cluster says that it is. */
const RIGHT: Readonly<Record<string, string>> = {
  NodeReady: 'NodeNotReady',
  NodeHasNoDiskPressure: 'NodeHasDiskPressure',
  NodeHasSufficientMemory: 'NodeHasInsufficientMemory',
  NodeHasSufficientPID: 'NodeHasInsufficientPID',
  Scheduled: 'FailedScheduling',
  SuccessfulAttachVolume: 'FailedAttachVolume',
}

/** Undefined for what is part of normal work. */
export function kubernetesSignal(
  happening: Happening,
  settings: SourceSettings,
): SourceSignal | undefined {
  const { reason, kind, name, namespace, startsAt, endsAt } = happening
  const meaning = meaningOf(happening)
  if (!meaning || name === '') return undefined
  const isOver = meaning.state === 'resolved'
  return toSignal({
    fingerprint: fingerprintOf([...objectKey(happening), meaning.about]),
    state: meaning.state,
    title: toLine(`${reason}: ${kind} ${[namespace, name].filter(Boolean).join('/')}`),
    description: happening.message,
    severity: meaning.severity,
    ...placeOf(happening),
    labels: labelsOf(happening),
    startsAt: isOver ? endsAt : startsAt,
    endsAt: endsAt,
    quietMs: quietMsOf(settings, QUIET_MS),
  })
}

/** `about` is the reason that it was wrong for. */
function meaningOf({ reason, isWarning }: Happening) {
  const righted = entryOf(RIGHT, reason)
  if (righted !== undefined) return { state: 'resolved', severity: 'info', about: righted } as const
  const severity = entryOf(WRONG, reason)
  if (severity !== undefined) return { state: 'firing', severity, about: reason } as const
  const isTold = isWarning && reason !== ''
  return isTold ? ({ state: 'firing', severity: 'medium', about: reason } as const) : undefined
}

const placeOf = (happening: Happening) =>
  happening.kind === 'Node'
    ? { service: undefined, host: toHost(happening.name) }
    : { service: serviceOf(happening), host: toHost(happening.host) }

/** A node's own words give its name as its id, and the controller's words the real one: only the name is in both. */
function objectKey({ kind, name, namespace, uid, cluster }: Happening): readonly string[] {
  return uid === '' || kind === 'Node' ? [cluster, kind, namespace, name] : [uid]
}

const APP_LABELS = [
  'app.kubernetes.io/name',
  'app',
  'k8s-app',
  'app.kubernetes.io/instance',
  'service',
]
/** Names of generated parts have no vowels and none of 0, 1 and 3, so that they spell nothing. */
const GENERATED =
  /^(.+?)-(?:[bcdfghjklmnpqrstvwxz2456789]{6,10}-)?[bcdfghjklmnpqrstvwxz2456789]{5}$/
const HASHED = /^(.+)-[0-9a-f]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/

/** The workload behind a pod, by its labels or by its name without what was generated. */
function serviceOf({ kind, name, labels }: Happening): string {
  const named = firstLine(...APP_LABELS.map((label) => labels[label]))
  if (named !== '' || kind !== 'Pod') return named || name
  return HASHED.exec(name)?.[1] ?? GENERATED.exec(name)?.[1] ?? name.replace(/-\d+$/, '')
}

function labelsOf({
  cluster,
  namespace,
  kind,
  name,
  reason,
  labels,
  extra,
  host,
}: Happening): Record<string, string> {
  return {
    ...labels,
    ...toLabels({ cluster, namespace, kind, name, reason, node: host, ...extra }),
  }
}
