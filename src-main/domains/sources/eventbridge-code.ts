import type { Timestamp } from '#contract/primitives'
import type { ChangeNews } from '#domains/changes'
import { consoleAddress } from './eventbridge-alarm'
import type { Reading, SourceRequest } from './source'
import { toKey, toLine, toTime, valueAt } from './values'
import { keyOf, lineAt, matchesAny, shaIn } from './values-b'

type Event = Record<string, unknown>
export type Deployment = Extract<ChangeNews, { kind: 'deployment' }>
export type Build = Extract<ChangeNews, { kind: 'build' }>

export const timeOf = (event: Event, receivedAt: Timestamp) =>
  toTime(valueAt(event, 'time'), receivedAt) ?? receivedAt

export const unknownState = (what: string, state: string): Reading => ({
  signals: [],
  ignored: `${what} is ${state || 'in no known state'}, which says nothing about how it went`,
})

/** When it began or ended, as far as a state tells. */
function spanOf(state: string, at: Timestamp): { startedAt?: Timestamp; finishedAt?: Timestamp } {
  if (state === 'pending' || state === 'queued') return {}
  return state === 'running' ? { startedAt: at } : { finishedAt: at }
}

const CODE_DEPLOY: Readonly<Record<string, Deployment['state']>> = {
  CREATED: 'pending',
  QUEUED: 'pending',
  START: 'running',
  READY: 'running', // blue/green: the new machines wait for traffic
  SUCCESS: 'succeeded',
  FAILURE: 'failed',
  STOP: 'cancelled',
}

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html */
export function readDeployment(event: Event, { receivedAt, settings }: SourceRequest): Reading {
  const detail = valueAt(event, 'detail')
  const id = toKey(valueAt(detail, 'deploymentId'))
  const state = lineAt(detail, 'state').toUpperCase()
  const service = lineAt(detail, 'application')
  const environment = lineAt(detail, 'deploymentGroup')
  if (id === undefined || service === '' || !Object.hasOwn(CODE_DEPLOY, state))
    return unknownState(`the deployment ${id ?? 'without an id'}`, state)
  const region = lineAt(event, 'region')
  const at = timeOf(event, receivedAt)
  const change: Deployment = {
    kind: 'deployment',
    externalId: id,
    title: toLine(`${service} to ${environment}`),
    url: consoleAddress(
      region,
      `codesuite/codedeploy/deployments/${encodeURIComponent(id)}?region=${region}`,
    ),
    occurredAt: at,
    service,
    environment,
    production: matchesAny(settings.production, environment),
    state: CODE_DEPLOY[state]!,
    // READY is told in the middle: it must not move the beginning.
    ...(state !== 'READY' && spanOf(CODE_DEPLOY[state]!, at)),
  }
  return { signals: [], changes: [change] }
}

const PIPELINE: Readonly<Record<string, Build['state']>> = {
  STARTED: 'running',
  RESUMED: 'running',
  STOPPING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  STOPPED: 'cancelled',
  CANCELED: 'cancelled',
  SUPERSEDED: 'cancelled',
  ABANDONED: 'cancelled',
}

/**
 * A run of a pipeline is a build; it deploys when its name is among the deployments of the settings.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
 */
export function readPipeline(event: Event, { receivedAt, settings }: SourceRequest): Reading {
  const detail = valueAt(event, 'detail')
  const name = lineAt(detail, 'pipeline')
  const run = runOf(event, receivedAt)
  if (name === '' || !run)
    return unknownState(`the pipeline ${name || 'without a name'}`, lineAt(detail, 'state'))
  const { branch, ...trigger } = triggerOf(detail)
  const attempt = valueAt(detail, 'pipeline-execution-attempt')
  const shared = {
    ...trigger,
    externalId: keyOf(`${name}/${run.execution}`),
    title: name,
    url: pipelineAddress(event, name, run.execution),
    ...run.times,
  }
  const build: Build = {
    ...shared,
    kind: 'build',
    name,
    state: run.state,
    branch,
    ...(typeof attempt === 'number' && attempt >= 1 && { attempt: Math.floor(attempt) }),
  }
  if (!matchesAny(settings.deployments, name)) return { signals: [], changes: [build] }
  const environment = environmentIn(name)
  const deployment: Deployment = {
    ...shared,
    kind: 'deployment',
    service: name,
    environment,
    production: matchesAny(settings.production, environment),
    state: deploymentState(run.state),
  }
  return { signals: [], changes: [build, deployment] }
}

/** One execution, of a pipeline or of an action in it; undefined when its state is not known. */
function runOf(event: Event, receivedAt: Timestamp) {
  const detail = valueAt(event, 'detail')
  const execution = toKey(valueAt(detail, 'execution-id'))
  const told = lineAt(detail, 'state').toUpperCase()
  if (execution === undefined || !Object.hasOwn(PIPELINE, told)) return undefined
  const state = PIPELINE[told]!
  const at = timeOf(event, receivedAt)
  const began =
    toTime(valueAt(detail, 'start-time'), receivedAt) ?? (told === 'STARTED' ? at : undefined)
  const times = {
    occurredAt: at,
    ...(began !== undefined && { startedAt: began }),
    ...(state !== 'running' && { finishedAt: at }),
  }
  return { execution, state, times }
}

/** Pipelines that a push starts say which one. */
function triggerOf(detail: unknown) {
  const at = (key: string) => valueAt(valueAt(detail, 'execution-trigger'), key)
  return {
    actor: toLine(at('author-display-name')) || undefined,
    repository: toLine(at('full-repository-name')) || undefined,
    revision: shaIn(at('commit-id')),
    branch: toLine(at('branch-name')) || undefined,
  }
}

function pipelineAddress(event: Event, name: string, execution: string): string | undefined {
  const region = lineAt(event, 'region')
  const [pipeline, id] = [name, execution].map((part) => encodeURIComponent(part))
  return consoleAddress(
    region,
    `codesuite/codepipeline/pipelines/${pipeline!}/executions/${id!}/timeline?region=${region}`,
  )
}

export const deploymentState = (state: Build['state']): Deployment['state'] =>
  state === 'queued' ? 'pending' : state === 'skipped' ? 'inactive' : state

/** A pipeline that deploys says where only in its name, if at all; without a word for it, it is production. */
export function environmentIn(name: string): string {
  return (
    /(?:^|[^a-z])(prod|production|live|staging|stage|preprod|test|testing|qa|uat|dev|development|sandbox)(?:$|[^a-z])/i
      .exec(name)?.[1]
      ?.toLowerCase() ?? 'production'
  )
}

/** Only the deploying actions count: the stage is where they deploy to. */
export function readAction(event: Event, { receivedAt, settings }: SourceRequest): Reading {
  const detail = valueAt(event, 'detail')
  const [pipeline, stage, action] = [
    lineAt(detail, 'pipeline'),
    lineAt(detail, 'stage'),
    lineAt(detail, 'action'),
  ]
  const what = `the action ${action || 'without a name'}`
  if (lineAt(valueAt(detail, 'type'), 'category') !== 'Deploy')
    return { signals: [], ignored: `${what} deploys nothing: the pipeline tells how it goes` }
  const run = runOf(event, receivedAt)
  if (pipeline === '' || !run) return unknownState(what, lineAt(detail, 'state'))
  const environment = stage || 'production'
  const change: Deployment = {
    kind: 'deployment',
    externalId: keyOf([run.execution, stage, action].filter(Boolean).join('/')),
    title: toLine(`${pipeline} to ${environment}`),
    url: pipelineAddress(event, pipeline, run.execution),
    service: pipeline,
    environment,
    production: matchesAny(settings.production, environment),
    state: deploymentState(run.state),
    ...run.times,
  }
  return { signals: [], changes: [change] }
}
