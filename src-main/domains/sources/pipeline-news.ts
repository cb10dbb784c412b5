import type { SourceSettings } from '#contract/intake'
import type { Timestamp } from '#contract/primitives'
import type { ChangeNews } from '#domains/changes'
import type { SourceSignal } from './source'
import { toLine, toLinks } from './values'
import { environmentIn, fitsOne, lastPartOf, toLabels } from './values-c'

export type BuildNews = Extract<ChangeNews, { kind: 'build' }>
export type DeploymentNews = Extract<ChangeNews, { kind: 'deployment' }>

/** One end of a pipeline on the branch that everybody builds on. */
interface Ended {
  readonly repository: string
  readonly pipeline: string
  readonly branch: string
  readonly failed: boolean
  readonly at: Timestamp
  readonly url: string | undefined
  readonly revision?: string | undefined
  readonly actor?: string | undefined
  readonly description?: string
}

/**
 * A default branch that does not build stops everybody, so it is a signal and not only news; the next success of the same
 * pipeline on the same branch says that it is right again.
 */
export function pipelineSignal(ended: Ended): SourceSignal {
  const { repository, pipeline, branch, failed, at, url, revision } = ended
  return {
    fingerprint: toLine(`${repository}/${pipeline}@${branch}`, 1000),
    state: failed ? 'firing' : 'resolved',
    title: toLine(`${pipeline} fails on ${branch} of ${repository}`),
    description: ended.description ?? '',
    severity: 'high',
    service: lastPartOf(repository),
    host: undefined,
    labels: toLabels({ repository, pipeline, branch, revision, actor: ended.actor }),
    annotations: {},
    links: toLinks(['Run', url]),
    startsAt: at,
    endsAt: failed ? undefined : at,
  }
}

const STATES = {
  queued: 'pending',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
} as const

/** A build that deploys, because the operator says that builds of this name do. */
function deploymentBy(
  build: BuildNews,
  settings: SourceSettings,
  ...names: readonly string[]
): DeploymentNews | undefined {
  const name = [build.name, ...names].find((each) => fitsOne(each, settings.deployments))
  if (name === undefined || build.state === 'skipped') return undefined
  const environment = environmentIn(name)
  const { externalId, repository, title, url, actor, occurredAt, revision, startedAt, finishedAt } =
    build
  return {
    kind: 'deployment',
    externalId,
    repository,
    title,
    url,
    actor,
    occurredAt,
    service: lastPartOf(repository ?? name),
    environment,
    production: fitsOne(environment, settings.production),
    state: STATES[build.state],
    revision,
    startedAt,
    finishedAt,
  }
}

/** A build, and the deployment that it is. */
export function withDeployment(
  build: BuildNews,
  settings: SourceSettings,
  ...names: readonly string[]
): ChangeNews[] {
  const deployment = deploymentBy(build, settings, ...names)
  return deployment ? [build, deployment] : [build]
}
