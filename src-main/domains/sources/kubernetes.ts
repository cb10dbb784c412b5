import type { Timestamp } from '#contract/primitives'
import { acceptsJson } from './body'
import { eventKey, isEvent, kubernetesSignal, readEvent } from './kubernetes-event'
import { isWorkload, readRollout } from './kubernetes-rollout'
import { type Reading, type SourceReader, type SourceRequest, Unreadable } from './source'
import { ignored, TEST } from './telling'
import { toTime } from './times'
import { entryOf, fingerprintOf, isObject, lineAt, toLine, toText, valueAt } from './values'

/**
 * What happens in a cluster, as kubewatch tells it through its handlers `webhook` and `cloudevent`, and the events of
 * kubernetes-event-exporter. https://github.com/robusta-dev/kubewatch, https://github.com/resmoio/kubernetes-event-exporter
 */
export const kubernetes: SourceReader = {
  kind: 'kubernetes',
  accepts: acceptsJson,
  deliveryKey: (request) => {
    const { body, headers } = request
    const cloud = isObject(body) && topologyIn(request) !== undefined
    // The number of a CloudEvent counts from the start of kubewatch, in each of its processes.
    if (cloud) {
      const parts = ['source', 'id', 'time'].map(
        (name) => lineAt(body, name) || (headers[`ce-${name}`] ?? ''),
      )
      return parts[1] === '' ? undefined : fingerprintOf(parts)
    }
    return isObject(body) && isEvent(body) ? eventKey(body) : undefined
  },
  read,
  example,
}

/** The data of kubewatch's CloudEvent: in the body, or in binary mode the body itself. Not by its content type, which is plain JSON. */
function topologyIn({ body, headers }: SourceRequest): Record<string, unknown> | undefined {
  const data = typeof valueAt(body, 'specversion') === 'string' ? valueAt(body, 'data') : undefined
  const given = data ?? (headers['ce-specversion'] === undefined ? undefined : body)
  return isObject(given) && typeof valueAt(given, 'kind') === 'string' ? given : undefined
}

function read(request: SourceRequest): Reading {
  const { body } = request
  const topology = topologyIn(request)
  if (topology) return readTopology(topology, request)
  const meta = valueAt(body, 'eventmeta')
  if (isObject(meta)) return readMeta(meta, request)
  if (isObject(body) && isEvent(body)) return readEvent(body, lineAt(body, 'clusterName'), request)
  throw new Unreadable(
    'This is from neither kubewatch nor kubernetes-event-exporter: it has no `eventmeta`, no `involvedObject` and is no' +
      ' CloudEvent of kubewatch. Let the exporter send events without a `layout` of your own.',
  )
}

function readTopology(data: Record<string, unknown>, request: SourceRequest): Reading {
  const kind = lineAt(data, 'kind')
  const operation = lineAt(data, 'operation')
  const object = valueAt(data, 'obj')
  if (isObject(object) && isEvent(object)) {
    return operation === 'delete'
      ? ignored('an event was deleted: the cluster keeps them for a while only')
      : readEvent(object, '', request)
  }
  const at = toTime(lineAt(request.body, 'time') || request.headers['ce-time'], request.receivedAt)
  if (isWorkload(kind)) {
    const news = { kind, operation, object, before: valueAt(data, 'oldObj') }
    return readRollout(news, at ?? request.receivedAt, request.settings.production)
  }
  const metadata = valueAt(object, 'metadata')
  const meta = {
    kind,
    name: lineAt(metadata, 'name'),
    namespace: lineAt(metadata, 'namespace'),
    reason: operation,
  }
  return readWords(
    meta,
    toLine(valueAt(data, 'description'), 500),
    at ?? request.receivedAt,
    request,
  )
}

interface Meta {
  readonly kind: string
  readonly name: string
  readonly namespace: string
  readonly reason: string
}

function readMeta(given: unknown, request: SourceRequest): Reading {
  const { body, receivedAt } = request
  const meta: Meta = {
    kind: lineAt(given, 'kind'),
    name: toLine(valueAt(given, 'name'), 400),
    namespace: lineAt(given, 'namespace'),
    reason: lineAt(given, 'reason'),
  }
  const at = toTime(valueAt(body, 'time'), receivedAt) ?? receivedAt
  return readWords(meta, toText(valueAt(body, 'text'), 4000), at, request)
}

/** Older kubewatch makes kinds of what happens to nodes and pods; the reason is then only a detail. */
const HAPPENINGS: Readonly<Record<string, { readonly kind: string; readonly reason: string }>> = {
  NodeNotReady: { kind: 'Node', reason: 'NodeNotReady' },
  NodeReady: { kind: 'Node', reason: 'NodeReady' },
  NodeRebooted: { kind: 'Node', reason: 'Rebooted' },
  Backoff: { kind: 'Pod', reason: 'BackOff' },
}

function readWords(meta: Meta, text: string, at: Timestamp, { settings }: SourceRequest): Reading {
  const happening = entryOf(HAPPENINGS, meta.kind)
  if (!happening || meta.name === '') return ignored(whyLeft(meta))
  const signal = kubernetesSignal(
    {
      ...happening,
      // The name may be the one of the event: the object's with a number behind it.
      name: meta.name.replace(/\.[0-9a-f]{14,18}$/, ''),
      namespace: meta.namespace,
      uid: '',
      cluster: '',
      isWarning: happening.reason !== 'NodeReady',
      message: text,
      labels: {},
      host: '',
      extra: { detail: meta.reason },
      startsAt: at,
      endsAt: at,
    },
    settings,
  )
  return signal ? { signals: [signal] } : ignored(whyLeft(meta))
}

function whyLeft({ kind, namespace, name, reason }: Meta): string {
  const what = [kind || 'something', [namespace, name].filter(Boolean).join('/')]
    .filter(Boolean)
    .join(' ')
  const how = isWorkload(kind)
    ? 'it does not say which images: use the handler cloudevent of kubewatch for rollouts'
    : 'that says neither that something is wrong nor that something was rolled out'
  return `${what} was ${reason.toLowerCase() || 'touched'}: ${how}`
}

/** A node that is not ready, and then is. */
function example(status: 'firing' | 'resolved', now: Timestamp) {
  const time = new Date(now).toISOString()
  const reason = status === 'firing' ? 'NodeNotReady' : 'NodeReady'
  return {
    metadata: {
      name: `quarterdeck-test.${now}`,
      namespace: 'default',
      uid: `test-${status}-${now}`,
    },
    reason,
    message: TEST.text,
    source: { component: 'quarterdeck' },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    type: 'Normal',
    clusterName: 'quarterdeck',
    involvedObject: { kind: 'Node', name: 'quarterdeck-test', uid: 'quarterdeck-test' },
  }
}
