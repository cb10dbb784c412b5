import type { SourceSettings } from '#contract/intake'
import type { Timestamp } from '#contract/primitives'
import type { ChangeNews } from '#domains/changes'
import type { SourceSignal } from './source'
import { fingerprintOf, toLine } from './values'
import { environmentIn, fitsOne } from './values-c'

export type CiState = Extract<ChangeNews, { kind: 'build' }>['state']

/** `git@github.com:acme/shop.git` and `https://github.com/acme/shop` → `acme/shop`. */
export function repositoryIn(url: unknown): string | undefined {
  return /[:/]([^:/\s]+\/[^/\s]+?)(?:\.git)?\/?$/.exec(toLine(url, 300))?.[1]
}

/** Senders that do not say which branch is the default one: it nearly always has one of these names. */
export function isDefaultBranch(branch: string | undefined): boolean {
  return branch === undefined || /^(main|master|trunk|develop|production)$/i.test(branch)
}

type Build = Extract<ChangeNews, { kind: 'build' }>

const DEPLOYED: Readonly<Record<CiState, Extract<ChangeNews, { kind: 'deployment' }>['state']>> = {
  queued: 'pending',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
  skipped: 'cancelled',
}

/** A run and, where the settings say that runs of its name deploy, the deployment it makes. */
export function buildAndDeployment(
  build: Build,
  service: string,
  { deployments, production }: SourceSettings,
): ChangeNews[] {
  if (!fitsOne(build.name, deployments)) return [build]
  const { kind: _, name, branch: __, attempt: ___, state, ...shared } = build
  const environment = environmentIn(name)
  const deployment: ChangeNews = {
    ...shared,
    kind: 'deployment',
    externalId: `deploy/${build.externalId}`,
    service,
    environment,
    production: fitsOne(environment, production),
    state: DEPLOYED[state],
  }
  return [build, deployment]
}

interface Pipeline {
  readonly kind: string
  /** What is the same in every run of it. */
  readonly pipeline: string
  readonly branch: string | undefined
  readonly isDefault: boolean
  readonly state: CiState
  readonly service: string
  readonly description: string
  readonly labels: Readonly<Record<string, string>>
  readonly links: SourceSignal['links']
  readonly at: Timestamp
}

/**
 * A failed run on the default branch is something for an operator; the next that succeeds there puts it right. On other
 * branches it is their author's business.
 */
export function pipelineSignal(run: Pipeline): SourceSignal | undefined {
  const { kind, pipeline, branch, isDefault, state, at } = run
  if (!isDefault || (state !== 'failed' && state !== 'succeeded')) return undefined
  const isRight = state === 'succeeded'
  const where = branch === undefined ? '' : ` on ${branch}`
  return {
    fingerprint: fingerprintOf([kind, pipeline, branch ?? '']),
    state: isRight ? 'resolved' : 'firing',
    title: `${pipeline} ${isRight ? 'succeeded' : 'failed'}${where}`,
    description: run.description,
    severity: isRight ? undefined : 'high',
    service: run.service,
    host: undefined,
    labels: run.labels,
    annotations: {},
    links: run.links,
    startsAt: at,
    endsAt: isRight ? at : undefined,
  }
}
