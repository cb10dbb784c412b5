import type { SourceSettings } from '#contract/intake'
import type { Timestamp } from '#contract/primitives'
import type { ChangeNews } from '#domains/changes'
import { fitsAny } from './globs'
import type { Reading, SourceSignal } from './source'
import { toSignal } from './telling'
import { toLabels, toLine, toLinks } from './values'

// Engineering work as senders tell it: repositories and branches, builds, and the deployments that they make.

export type BuildNews = Extract<ChangeNews, { kind: 'build' }>
export type DeploymentNews = Extract<ChangeNews, { kind: 'deployment' }>
export type PullRequestNews = Extract<ChangeNews, { kind: 'pull_request' }>

export const onlyChanges = (changes: readonly ChangeNews[]): Reading => ({ signals: [], changes })

/** `owner/name` → `name`, which is what a service is called where a sender knows repositories only. */
export function lastPartOf(repository: string): string {
  return repository.slice(repository.lastIndexOf('/') + 1)
}

const ADDRESS = /^(?:(?:https?|ssh|git):\/\/[^/]+\/|[\w.-]+@[^/:]+:)(.+)$/
/** What stands before the owner at AWS CodeCommit and in the addresses that Bitbucket Data Center clones from. */
const BEFORE_OWNER = /^(?:v1\/repos|scm)\//

/** `owner/name` of an address to clone from: `https://github.com/acme/shop.git`, `git@github.com:acme/shop`. */
export function repositoryIn(address: unknown): string | undefined {
  const text = toLine(address, 400).replace(/(?:\.git)?\/?$/, '')
  const path = (ADDRESS.exec(text)?.[1] ?? '').replace(BEFORE_OWNER, '')
  return /^[\w.~-]+(?:\/[\w.~-]+)*$/.test(path) ? path : undefined
}

/** The branch of `refs/heads/…`; undefined for tags and others. */
export function branchOf(ref: unknown): string | undefined {
  const text = toLine(ref)
  return text.startsWith('refs/heads/') ? text.slice('refs/heads/'.length) : undefined
}

/** For senders that do not say which branch is the default one: it nearly always has one of these names. */
export function isDefaultBranch(branch: string | undefined): boolean {
  return branch === undefined || /^(main|master|trunk|develop|production)$/i.test(branch)
}

/** A commit's hash, whole or at least its first 7 characters. */
export function shaIn(value: unknown): string | undefined {
  const text = toLine(value)
  return /^[0-9a-f]{7,40}$/.test(text) ? text : undefined
}

const ENVIRONMENT =
  /(?:^|[^a-z])(prod|production|live|stage|staging|preprod|pre-prod|uat|qa|test|testing|dev|development|preview|sandbox|canary)(?=$|[^a-z])/i

/** The environment that the name of what deploys holds; one that names none deploys to production. */
export function environmentIn(name: string): string {
  return ENVIRONMENT.exec(name)?.[1]?.toLowerCase() ?? 'production'
}

/** A build that waits or never ran has no times, whatever is sent for them. */
export function spanOf(
  state: BuildNews['state'],
  begun: Timestamp | undefined,
  ended: Timestamp | undefined,
): Pick<BuildNews, 'startedAt' | 'finishedAt'> {
  if (state === 'queued' || state === 'skipped')
    return { startedAt: undefined, finishedAt: undefined }
  return { startedAt: begun, finishedAt: state === 'running' ? undefined : ended }
}

/** How far the deployment is that a build makes. */
export const DEPLOYED_BY: Readonly<Record<BuildNews['state'], DeploymentNews['state']>> = {
  queued: 'pending',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
  skipped: 'cancelled',
}

/**
 * A build and, where the operator says that builds of this name deploy, the deployment that it is. One that is skipped
 * deploys nothing. Some senders know a build by other names, too.
 */
export function withDeployment(
  build: BuildNews,
  service: string,
  { deployments, production }: SourceSettings,
  ...otherNames: readonly string[]
): ChangeNews[] {
  const name = [build.name, ...otherNames].find((each) => fitsAny(each, deployments))
  if (name === undefined || build.state === 'skipped') return [build]
  const { name: _name, branch: _branch, attempt: _attempt, state, ...shared } = build
  const environment = environmentIn(name)
  const deployment: DeploymentNews = {
    ...shared,
    kind: 'deployment',
    service,
    environment,
    production: fitsAny(environment, production),
    state: DEPLOYED_BY[state],
  }
  return [build, deployment]
}

interface Pipeline {
  readonly service: string
  readonly isDefault: boolean
  readonly description?: string
  /** What is the same in every run of it. Default: the name of the build. */
  readonly pipeline?: string
}

/**
 * A default branch that does not build stops everybody, so it is a signal and not only news; the next success of the same
 * pipeline there puts it right. Other branches are their author's business, and so is a run that was stopped.
 */
export function pipelineSignals(build: BuildNews, of: Pipeline): SourceSignal[] {
  const { state, branch, repository, revision, actor } = build
  if (!of.isDefault || (state !== 'failed' && state !== 'succeeded')) return []
  const { pipeline = build.name, service, description = '' } = of
  const at = build.finishedAt ?? build.occurredAt
  const signal = toSignal({
    ...namesOf(pipeline, build),
    state: state === 'failed' ? 'firing' : 'resolved',
    description,
    severity: 'high',
    service,
    labels: toLabels({ repository, pipeline, branch, revision, actor }),
    links: toLinks(['Run', build.url]),
    startsAt: at,
    endsAt: at,
  })
  return [signal]
}

/** How a pipeline is known and called; some senders know no repository or no branch. */
function namesOf(pipeline: string, { repository, branch }: BuildNews) {
  const place = repository === undefined ? pipeline : `${repository}/${pipeline}`
  const where = [branch && ` on ${branch}`, repository && ` of ${repository}`].filter(Boolean)
  return {
    fingerprint: branch === undefined ? place : `${place}@${branch}`,
    title: `${pipeline} fails${where.join('')}`,
  }
}
