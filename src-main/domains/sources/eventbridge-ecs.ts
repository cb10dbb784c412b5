import type { Severity, Timestamp } from '#contract/primitives'
import type { ChangeNews } from '#domains/changes'
import { arnIn, type AwsEvent, consoleAddress, timeOf } from './eventbridge-event'
import { fitsAny } from './globs'
import type { Reading, SourceRequest, SourceSignal } from './source'
import { ignored, quietMsOf, toSignal } from './telling'
import { toTime } from './times'
import {
  entryOf,
  fingerprintOf,
  firstLine,
  lineAt,
  objectsIn,
  toLabels,
  toLine,
  toLinks,
  toText,
  valueAt,
} from './values'

/** Tasks that run by themselves never say that it is right again. */
const QUIET_MS = 3_600_000

/** A service or task family, whichever event speaks of it: what is wrong with it is one ticket. */
interface Place {
  readonly account: string
  readonly region: string
  readonly cluster: string
  readonly name: string
}

/** ARNs of services name the cluster only in the long format, which older accounts may not have. */
function placeOf(event: AwsEvent, name?: string): Place {
  const detail = valueAt(event, 'detail')
  const [, inArn = '', last] =
    /:service\/(?:([^/]+)\/)?([^/]+)$/.exec(arnIn(event, ':service/')) ?? []
  const cluster =
    inArn || (/\/([^/]+)$/.exec(toLine(valueAt(detail, 'clusterArn'), 1000))?.[1] ?? '')
  return {
    account: lineAt(event, 'account'),
    region: lineAt(event, 'region'),
    cluster,
    name: name ?? firstLine(last, valueAt(detail, 'serviceName'), valueAt(detail, 'service')),
  }
}

const keyOf = ({ account, region, cluster, name }: Place, what: string) =>
  fingerprintOf(['ecs', account, region, cluster, name, what])

function addressOf({ region, cluster, name }: Place): string | undefined {
  const path = [cluster, name].map((part) => encodeURIComponent(part))
  if (cluster === '') return undefined
  return consoleAddress(region, `ecs/v2/clusters/${path[0]!}/services/${path[1]!}`)
}

const STATES: Readonly<Record<string, 'running' | 'succeeded' | 'failed' | 'cancelled'>> = {
  SERVICE_DEPLOYMENT_IN_PROGRESS: 'running',
  SERVICE_DEPLOYMENT_COMPLETED: 'succeeded',
  SERVICE_DEPLOYMENT_FAILED: 'failed',
  SERVICE_DEPLOYMENT_STOPPED: 'cancelled',
}

/**
 * "ECS Deployment State Change": a deployment, and a signal when it fails until a later one succeeds.
 * It says neither image nor commit. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
 */
export function readRollout(event: AwsEvent, { receivedAt, settings }: SourceRequest): Reading {
  const detail = valueAt(event, 'detail')
  const name = lineAt(detail, 'eventName')
  const place = placeOf(event)
  const state = entryOf(STATES, name)
  if (state === undefined || place.name === '')
    return ignored(
      `${name || 'a deployment event without a name'} says nothing about how a service is rolled out`,
    )
  const at = timeOf(event, receivedAt)
  const reason = toText(valueAt(detail, 'reason'), 2000)
  const change: ChangeNews = {
    kind: 'deployment',
    externalId: firstLine(valueAt(detail, 'deploymentId'), arnIn(event, ':service/')),
    title: toLine(`${place.name} to ${place.cluster || 'ECS'}`),
    url: addressOf(place),
    occurredAt: at,
    service: place.name,
    environment: place.cluster || 'default',
    production: fitsAny(place.cluster, settings.production),
    state,
    // Only the start of a deployment says why it was started.
    ...(state === 'running' && {
      rollback: /\broll(?:ing|ed)?[ -]?back\b/i.test(reason),
      startedAt: at,
    }),
    ...(state !== 'running' && { finishedAt: at }),
  }
  const signals =
    state === 'failed' || state === 'succeeded'
      ? [rolloutSignal(event, place, state, reason, at)]
      : []
  return { signals, changes: [change] }
}

function rolloutSignal(
  event: AwsEvent,
  place: Place,
  state: 'failed' | 'succeeded',
  reason: string,
  at: Timestamp,
): SourceSignal {
  const fingerprint = keyOf(place, 'deployment')
  if (state === 'succeeded')
    return toSignal({
      fingerprint,
      state: 'resolved',
      description: reason,
      startsAt: at,
      endsAt: at,
    })
  return troubleOf(event, place, {
    fingerprint,
    title: `Deployment of ${place.name} failed`,
    description: reason,
    severity: 'high',
    at,
  })
}

interface Trouble {
  readonly fingerprint: string
  readonly title: string
  readonly description: string
  readonly severity: Severity
  readonly at: Timestamp
  readonly labels?: Readonly<Record<string, string>>
  readonly quietMs?: number | undefined
}

function troubleOf(event: AwsEvent, place: Place, trouble: Trouble): SourceSignal {
  const { fingerprint, title, description, severity, at, labels = {}, quietMs } = trouble
  const { account, region, cluster, name } = place
  const eventName = lineAt(event, 'detail', 'eventName')
  return toSignal({
    fingerprint,
    state: 'firing',
    title: toLine(title),
    description,
    severity,
    service: name || undefined,
    labels: toLabels({ account, region, cluster, service: name, event: eventName, ...labels }),
    links: toLinks(['ECS', name === '' ? undefined : addressOf(place)]),
    startsAt: at,
    quietMs,
  })
}

/**
 * "ECS Service Action": warnings and errors of a service until it is in a steady state again.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
 */
export function readService(event: AwsEvent, request: SourceRequest): Reading {
  const detail = valueAt(event, 'detail')
  const name = lineAt(detail, 'eventName')
  if (name.startsWith('SERVICE_DEPLOYMENT_')) return readRollout(event, request)
  const daemon = /\/([^/]+)$/.exec(toLine(valueAt(detail, 'daemonArn'), 1000))?.[1]
  const place = placeOf(event, daemon)
  const at = timeOf(event, request.receivedAt)
  const fingerprint = keyOf(place, 'service')
  if (name === 'SERVICE_STEADY_STATE')
    return { signals: [toSignal({ fingerprint, state: 'resolved', startsAt: at, endsAt: at })] }
  const severity = severityOf(detail, name)
  if (!severity) return ignored(`${name || 'an event without a name'} is part of normal work`)
  const words = name
    .replace(/^SERVICE_/, '')
    .replaceAll('_', ' ')
    .toLowerCase()
  const trouble = troubleOf(event, place, {
    fingerprint,
    title: `${place.name || 'A service'}: ${words}`,
    description: toText(valueAt(detail, 'reason') ?? valueAt(detail, 'failureType')),
    severity,
    at,
    // A daemon never says that it is steady again.
    quietMs: daemon === undefined ? undefined : quietMsOf(request.settings, QUIET_MS),
  })
  return { signals: [trouble] }
}

/** Undefined for what is part of normal work. Some warnings, such as those of daemons, come without a type. */
function severityOf(detail: unknown, name: string): Severity | undefined {
  const type = lineAt(detail, 'eventType').toUpperCase()
  if (type === 'ERROR') return 'high'
  if (type === 'WARN') return 'medium'
  return type === '' && /IMPAIRED|FAIL|UNHEALTHY|VIOLATED/.test(name) ? 'medium' : undefined
}

/** A task that ended as it should, by the code that ECS gives. */
const WANTED = new Set([
  'UserInitiated',
  'TerminationNotice',
  'SpotInterruption',
  'InstanceInitiated',
])

/**
 * "ECS Task State Change": a signal when a task fails. Of a service, it ends with the steady state of the service; a task
 * by itself is over after a time of silence. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
 */
export function readTask(event: AwsEvent, { receivedAt, settings }: SourceRequest): Reading {
  const detail = valueAt(event, 'detail')
  const { what, isService } = ownerOf(detail)
  const status = lineAt(detail, 'lastStatus') || 'in no known state'
  if (status !== 'STOPPED') return ignored(`a task of ${what} is ${status}`)
  const why = failureOf(detail)
  if (why === undefined) return ignored(`a task of ${what} was stopped on purpose or ended well`)
  const place = placeOf(event, what)
  const at = toTime(valueAt(detail, 'stoppedAt'), receivedAt) ?? timeOf(event, receivedAt)
  const trouble = troubleOf(event, place, {
    fingerprint: keyOf(place, isService ? 'service' : 'task'),
    title: `A task of ${what} failed`,
    description: why,
    severity: 'high',
    at,
    labels: {
      task: toLine(valueAt(detail, 'taskArn'), 1000),
      task_definition: toLine(valueAt(detail, 'taskDefinitionArn'), 1000),
      stop_code: lineAt(detail, 'stopCode'),
    },
    quietMs: quietMsOf(settings, QUIET_MS),
  })
  return { signals: [trouble] }
}

/** The service that runs a task, or else the family of its definition. */
function ownerOf(detail: unknown): { what: string; isService: boolean } {
  const group = toLine(valueAt(detail, 'group'), 400)
  const [, kind, named] = /^(service|family):(.+)$/.exec(group) ?? []
  const family = /\/([^/:]+)(?::\d+)?$/.exec(
    toLine(valueAt(detail, 'taskDefinitionArn'), 1000),
  )?.[1]
  return { what: firstLine(named, group, family, 'a task'), isService: kind === 'service' }
}

/** Why a task failed; undefined when it did not. Failed health checks come as stopped by the scheduler, as scaling does. */
function failureOf(detail: unknown): string | undefined {
  const code = lineAt(detail, 'stopCode')
  const reason = toText(valueAt(detail, 'stoppedReason'), 2000)
  const broken = objectsIn(valueAt(detail, 'containers')).flatMap(
    (container) => brokenBy(container) ?? [],
  )
  const unhealthy = /health check|OutOfMemory|CannotPull|error/i.test(reason)
  const failed =
    code === 'ServiceSchedulerInitiated'
      ? unhealthy
      : code === 'TaskFailedToStart' || broken.length > 0 || unhealthy
  return failed && !WANTED.has(code) ? [reason, ...broken].filter(Boolean).join('\n') : undefined
}

function brokenBy(container: unknown): string | undefined {
  const exit = valueAt(container, 'exitCode')
  const reason = toText(valueAt(container, 'reason'), 1000)
  if (exit === 0 || (typeof exit !== 'number' && reason === '')) return undefined
  const outcome = typeof exit === 'number' ? `exit code ${exit}` : 'no exit code'
  return `${lineAt(container, 'name') || 'a container'}: ${[outcome, reason].filter(Boolean).join(', ')}`
}
