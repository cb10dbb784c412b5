import type { Build, Deployment, PullRequest } from '#contract/changes'
import type { z } from 'zod'
import type { ChangeNews } from './change-news'

/**
 * What was said, and how much it counts: stamps are compared number by number, and the greater one stays. So facts
 * come out the same in whatever order they are heard, and hearing one twice changes nothing.
 */
interface Said<T> {
  readonly v: T
  readonly s: readonly [number, number, number]
}

type BuildState = z.infer<typeof Build>['state']
type DeploymentState = z.infer<typeof Deployment>['state']

interface Values {
  repository: string
  title: string
  url: string
  actor: string
  branch: string
  revision: string
  headRevision: string
  mergeRevision: string
  number: string
  name: string
  service: string
  environment: string
  draft: boolean
  production: boolean
  /** The sender calls it a rollback. */
  rollback: true
  /** A later deployment took its place; its own end is in `deployment`. */
  inactive: true
  pull: z.infer<typeof PullRequest>['state']
  build: BuildState
  deployment: Exclude<DeploymentState, 'inactive'>
  attempt: number
  /** When we first heard that it happened, by the sender's clock. */
  firstToldAt: number
  occurredAt: number
  authoredAt: number
  openedAt: number
  firstCommitAt: number
  firstReviewAt: number
  approvedAt: number
  mergedAt: number
  closedAt: number
  startedAt: number
  finishedAt: number
}

type Sayings = { readonly [K in keyof Values]?: Said<Values[K]> }

/** All that is known of one change. */
export interface Facts extends Sayings {
  readonly kind: ChangeNews['kind']
}

/** What was said; null when nobody said anything. */
export function saidIn<T>(said: Said<T> | undefined): T | null {
  return said === undefined ? null : said.v
}

/** Of two that happened at the same time, the one further on counts. */
const PULL = { open: 0, closed: 1, merged: 2 }
const BUILD = { queued: 0, running: 1, skipped: 2, cancelled: 3, succeeded: 4, failed: 5 }
const DEPLOYMENT = { pending: 0, running: 1, cancelled: 2, succeeded: 3, failed: 4 }

/** What both say together; of another kind of thing nothing is taken. */
export function mergeFacts(a: Facts, b: Facts): Facts {
  const { kind, ...sayings } = a
  const merged: Record<string, Said<unknown>> = { ...sayings }
  const { kind: same, ...others } = b
  if (same !== kind) return a
  for (const [name, said] of Object.entries(others)) {
    const known = merged[name]
    if (known === undefined || isGreater(said, known)) merged[name] = said
  }
  return { ...merged, kind }
}

function isGreater(a: Said<unknown>, b: Said<unknown>): boolean {
  for (const part of [0, 1, 2] as const) if (a.s[part] !== b.s[part]) return a.s[part] > b.s[part]
  return JSON.stringify(a.v) > JSON.stringify(b.v)
}

export function isSameFacts(a: Facts, b: Facts): boolean {
  const names = Object.keys(b) as (keyof Facts)[]
  return (
    names.length === Object.keys(a).length &&
    names.every((name) => JSON.stringify(a[name]) === JSON.stringify(b[name]))
  )
}

/** One piece of news as facts. Text without a word and times before 1970 say nothing. */
export function factsOf(news: ChangeNews): Facts {
  const { at } = toSay(news)
  return {
    kind: news.kind,
    ...at('repository', news.repository),
    ...at('title', news.title),
    ...at('url', toUrl(news.url)),
    ...at('actor', news.actor),
    ...earliest('firstToldAt', news.occurredAt),
    ...newest('occurredAt', news.occurredAt),
    ...ofKind(news),
  }
}

function ofKind(news: ChangeNews): Sayings {
  if (news.kind === 'pull_request') return ofPullRequest(news)
  if (news.kind === 'build') return ofBuild(news)
  return news.kind === 'deployment' ? ofDeployment(news) : ofCommit(news)
}

function ofCommit(news: ChangeNews & { kind: 'commit' }): Sayings {
  const { at } = toSay(news)
  return {
    ...at('revision', news.revision),
    ...at('branch', news.branch),
    ...earliest('authoredAt', news.authoredAt),
  }
}

/** Once merged, always merged. */
function ofPullRequest(news: ChangeNews & { kind: 'pull_request' }): Sayings {
  const { at, stamped } = toSay(news)
  const { state } = news
  return {
    ...at('number', news.number),
    ...at('branch', news.branch),
    ...at('headRevision', news.headRevision),
    ...at('mergeRevision', news.mergeRevision),
    ...at('draft', news.draft),
    ...(state && stamped('pull', state, [Number(state === 'merged'), PULL[state]])),
    ...earliest('openedAt', news.openedAt),
    ...earliest('firstCommitAt', news.firstCommitAt),
    ...earliest('firstReviewAt', news.reviewedAt ?? news.approvedAt),
    ...earliest('approvedAt', news.approvedAt),
    ...earliest('mergedAt', news.mergedAt),
    ...newest('closedAt', news.closedAt),
  }
}

/** A later attempt counts more than anything said about the ones before it. */
function ofBuild(news: ChangeNews & { kind: 'build' }): Sayings {
  const { at, stamped } = toSay(news)
  const given = news.attempt ?? 1
  const attempt = Number.isSafeInteger(given) && given > 0 ? given : 1
  return {
    ...at('name', news.name),
    ...at('revision', news.revision),
    ...at('branch', news.branch),
    attempt: { v: attempt, s: [attempt, 0, 0] },
    ...stamped('build', news.state, [attempt, BUILD[news.state]]),
    ...earliest('startedAt', news.startedAt, attempt),
    ...newest('finishedAt', news.finishedAt, attempt),
  }
}

/** What has ended does not run again under the same name, and what failed does not become "replaced". */
function ofDeployment(news: ChangeNews & { kind: 'deployment' }): Sayings {
  const { at, stamped } = toSay(news)
  const { state } = news
  return {
    ...at('service', news.service),
    ...at('environment', news.environment),
    ...at('production', news.production),
    ...at('revision', news.revision),
    ...(news.rollback === true && at('rollback', true)),
    ...(state === 'inactive'
      ? at('inactive', true)
      : stamped('deployment', state, [Math.min(DEPLOYMENT[state], 2), DEPLOYMENT[state]])),
    ...earliest('startedAt', news.startedAt),
    ...newest('finishedAt', news.finishedAt),
  }
}

function toSay({ occurredAt }: ChangeNews) {
  const stamped = <K extends keyof Values>(
    name: K,
    value: Values[K],
    [first, last]: readonly [number, number],
  ): Sayings => ({ [name]: { v: value, s: [first, occurredAt, last] } })
  return {
    stamped,
    /** The newest word counts. */
    at: <K extends keyof Values>(name: K, value: Values[K] | undefined): Sayings =>
      value === undefined || value === '' ? {} : stamped(name, value, [0, 0]),
  }
}

const isTime = (at: number | undefined): at is number => Number.isSafeInteger(at) && at! >= 0

const earliest = (name: keyof Values, at: number | undefined, attempt = 0): Sayings =>
  isTime(at) ? { [name]: { v: at, s: [attempt, -at, 0] } } : {}

const newest = (name: keyof Values, at: number | undefined, attempt = 0): Sayings =>
  isTime(at) ? { [name]: { v: at, s: [attempt, at, 0] } } : {}

/** Only what a browser may open. */
function toUrl(url: string | undefined): string | undefined {
  if (url === undefined || url.length > 4000 || !/^https?:/i.test(url)) return undefined
  return URL.parse(url)?.href
}
