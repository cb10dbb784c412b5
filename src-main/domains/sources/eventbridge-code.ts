import type { Timestamp } from '#contract/primitives'
import { type AwsEvent, consoleAddress, timeOf } from './eventbridge-event'
import { fitsAny } from './globs'
import type { Reading, SourceRequest } from './source'
import { ignored } from './telling'
import { toTime } from './times'
import { entryOf, lineAt, toKey, toLine, valueAt, wordOf } from './values'
import {
  type BuildNews,
  DEPLOYED_BY,
  type DeploymentNews,
  onlyChanges,
  shaIn,
  withDeployment,
} from './work'

export const unknownState = (what: string, state: string): Reading =>
  ignored(`${what} is ${state || 'in no known state'}, which says nothing about how it went`)

/** When it began or ended, as far as a state tells. */
function spanOf(state: string, at: Timestamp): { startedAt?: Timestamp; finishedAt?: Timestamp } {
  if (state === 'pending' || state === 'queued') return {}
  return state === 'running' ? { startedAt: at } : { finishedAt: at }
}

const CODE_DEPLOY: Readonly<Record<string, DeploymentNews['state']>> = {
  CREATED: 'pending',
  QUEUED: 'pending',
  START: 'running',
  READY: 'running', // blue/green: the new machines wait for traffic
  SUCCESS: 'succeeded',
  FAILURE: 'failed',
  STOP: 'cancelled',
}

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html */
export function readDeployment(event: AwsEvent, { receivedAt, settings }: SourceRequest): Reading {
  const detail = valueAt(event, 'detail')
  const id = toKey(valueAt(detail, 'deploymentId'))
  const told = lineAt(detail, 'state').toUpperCase()
  const state = entryOf(CODE_DEPLOY, told)
  const service = lineAt(detail, 'application')
  const environment = lineAt(detail, 'deploymentGroup')
  if (id === undefined || service === '' || state === undefined)
    return unknownState(`the deployment ${id ?? 'without an id'}`, told)
  const region = lineAt(event, 'region')
  const at = timeOf(event, receivedAt)
  const change: DeploymentNews = {
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
    production: fitsAny(environment, settings.production),
    state,
    // READY is told in the middle: it must not move the beginning.
    ...(told !== 'READY' && spanOf(state, at)),
  }
  return onlyChanges([change])
}

const PIPELINE: Readonly<Record<string, BuildNews['state']>> = {
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
export function readPipeline(event: AwsEvent, { receivedAt, settings }: SourceRequest): Reading {
  const detail = valueAt(event, 'detail')
  const name = lineAt(detail, 'pipeline')
  const run = runOf(event, receivedAt)
  if (name === '' || !run)
    return unknownState(`the pipeline ${name || 'without a name'}`, lineAt(detail, 'state'))
  const { branch, ...trigger } = triggerOf(detail)
  const attempt = valueAt(detail, 'pipeline-execution-attempt')
  const shared = {
    ...trigger,
    externalId: toKey(`${name}/${run.execution}`)!,
    title: name,
    url: pipelineAddress(event, name, run.execution),
    ...run.times,
  }
  const build: BuildNews = {
    ...shared,
    kind: 'build',
    name,
    state: run.state,
    branch,
    ...(typeof attempt === 'number' && attempt >= 1 && { attempt: Math.floor(attempt) }),
  }
  return onlyChanges(withDeployment(build, name, settings))
}

/** One execution, of a pipeline or of an action in it; undefined when its state is not known. */
function runOf(event: AwsEvent, receivedAt: Timestamp) {
  const detail = valueAt(event, 'detail')
  const execution = toKey(valueAt(detail, 'execution-id'))
  const told = lineAt(detail, 'state').toUpperCase()
  const state = entryOf(PIPELINE, told)
  if (execution === undefined || state === undefined) return undefined
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
  const at = (key: string) => valueAt(detail, 'execution-trigger', key)
  return {
    actor: wordOf(at('author-display-name')),
    repository: wordOf(at('full-repository-name')),
    revision: shaIn(at('commit-id')),
    branch: wordOf(at('branch-name')),
  }
}

function pipelineAddress(event: AwsEvent, name: string, execution: string): string | undefined {
  const region = lineAt(event, 'region')
  const [pipeline, id] = [name, execution].map((part) => encodeURIComponent(part))
  return consoleAddress(
    region,
    `codesuite/codepipeline/pipelines/${pipeline!}/executions/${id!}/timeline?region=${region}`,
  )
}

/** Only the deploying actions count: the stage is where they deploy to. */
export function readAction(event: AwsEvent, { receivedAt, settings }: SourceRequest): Reading {
  const detail = valueAt(event, 'detail')
  const [pipeline, stage, action] = [
    lineAt(detail, 'pipeline'),
    lineAt(detail, 'stage'),
    lineAt(detail, 'action'),
  ]
  const what = `the action ${action || 'without a name'}`
  if (lineAt(detail, 'type', 'category') !== 'Deploy')
    return ignored(`${what} deploys nothing: the pipeline tells how it goes`)
  const run = runOf(event, receivedAt)
  if (pipeline === '' || !run) return unknownState(what, lineAt(detail, 'state'))
  const environment = stage || 'production'
  const change: DeploymentNews = {
    kind: 'deployment',
    externalId: toKey([run.execution, stage, action].filter(Boolean).join('/'))!,
    title: toLine(`${pipeline} to ${environment}`),
    url: pipelineAddress(event, pipeline, run.execution),
    service: pipeline,
    environment,
    production: fitsAny(environment, settings.production),
    state: DEPLOYED_BY[run.state],
    ...run.times,
  }
  return onlyChanges([change])
}
