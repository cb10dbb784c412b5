import type { Timestamp } from '#contract/primitives'
import type { ChangeNews } from '#domains/changes'
import { arnIn, said } from './eventbridge-alarm'
import {
  type Build,
  type Deployment,
  deploymentState,
  environmentIn,
  timeOf,
  unknownState,
} from './eventbridge-code'
import type { Reading, SourceRequest, SourceSignal } from './source'
import { firstLine, toKey, toLine, toLinks, toText, valueAt } from './values'
import { matchesAny, objectsIn, repositoryIn, shaIn, toUtcTime, UNSAID } from './values-b'

type Event = Record<string, unknown>

const CODE_BUILD: Readonly<Record<string, Build['state']>> = {
  IN_PROGRESS: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  FAULT: 'failed',
  TIMED_OUT: 'failed',
  STOPPED: 'cancelled',
}

/**
 * A build; one that fails on the main branch is a signal until it succeeds there again. Times inside of the detail are in
 * UTC and do not say so. https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html
 */
export function readBuild(event: Event, { receivedAt, settings }: SourceRequest): Reading {
  const detail = valueAt(event, 'detail')
  const name = toLine(valueAt(detail, 'project-name'))
  const told = toLine(valueAt(detail, 'build-status')).toUpperCase()
  const id = toLine(valueAt(detail, 'build-id'), 1000) || arnIn(event, ':build/')
  if (name === '' || id === '' || !Object.hasOwn(CODE_BUILD, told))
    return unknownState(`the build ${id || 'without an id'}`, told)
  const build = buildOf(event, { name, id, state: CODE_BUILD[told]! }, receivedAt)
  const changes: ChangeNews[] = [build]
  if (matchesAny(settings.deployments, name)) changes.push(asDeployment(build, settings.production))
  return { signals: signalsOf(event, build), changes }
}

function buildOf(
  event: Event,
  { name, id, state }: Pick<Build, 'name' | 'state'> & { id: string },
  receivedAt: Timestamp,
): Build {
  const more = valueAt(valueAt(event, 'detail'), 'additional-information')
  const source = valueAt(more, 'source')
  const version = toLine(valueAt(more, 'source-version'), 400)
  const at = timeOf(event, receivedAt)
  const began = toUtcTime(valueAt(more, 'build-start-time'), receivedAt)
  return {
    kind: 'build',
    externalId: toKey(id.replace(/^arn:[^/]*:build\//, '')) ?? id,
    repository: repositoryIn(valueAt(source, 'location')),
    title: name,
    url: toLinks(['Build', valueAt(valueAt(more, 'logs'), 'deep-link')])[0]?.url,
    actor: toLine(valueAt(more, 'initiator')) || undefined,
    occurredAt: at,
    name,
    state,
    revision: revisionOf(more, version),
    branch: branchIn(version, source),
    ...(state === 'running' && { startedAt: at }),
    ...(began !== undefined && { startedAt: began }),
    ...(state !== 'running' && { finishedAt: endOf(more, receivedAt) ?? at }),
  }
}

/** `source-version` is a commit, or ends with one: `refs/heads/main^{3f2a9bc…}`. */
const revisionOf = (more: unknown, version: string) =>
  shaIn(valueAt(more, 'resolved-source-version')) ??
  shaIn(version) ??
  shaIn(/\^\{(\w+)\}$/.exec(version)?.[1])

function asDeployment(build: Build, production: readonly string[]): Deployment {
  const { branch: _branch, attempt: _attempt, name, kind: _kind, state, ...shared } = build
  const environment = environmentIn(name)
  return {
    ...shared,
    kind: 'deployment',
    service: name,
    environment,
    production: matchesAny(production, environment),
    state: deploymentState(state),
  }
}

/** The last phase is told without an end. */
function endOf(more: unknown, receivedAt: Timestamp): Timestamp | undefined {
  const last = objectsIn(valueAt(more, 'phases')).findLast(
    (phase) => valueAt(phase, 'phase-type') === 'COMPLETED',
  )
  return toUtcTime(valueAt(last, 'start-time'), receivedAt)
}

/** `refs/heads/main`, `refs/heads/main^{sha}` or `main`; a commit, a tag, a pull request or an S3 object is none. */
function branchIn(version: string, source: unknown): string | undefined {
  const ref = /^refs\/heads\/([^^]+)/.exec(version)?.[1]
  if (ref !== undefined) return ref
  const isGit = /GITHUB|BITBUCKET|CODECOMMIT|GITLAB/i.test(toLine(valueAt(source, 'type')))
  if (!isGit || version.startsWith('refs/') || version.startsWith('pr/')) return undefined
  return shaIn(version) === undefined && version !== '' ? version : undefined
}

/** CodeBuild does not say which branch is the default one. */
const MAIN = new Set(['main', 'master', 'trunk'])

function signalsOf(event: Event, build: Build): SourceSignal[] {
  const { branch, name, state, repository, occurredAt: at } = build
  if (branch === undefined || !MAIN.has(branch) || (state !== 'failed' && state !== 'succeeded'))
    return []
  const detail = valueAt(event, 'detail')
  const fingerprint = toKey(['codebuild', repository ?? '', name, branch].join('/'))!
  if (state === 'succeeded')
    return [{ ...UNSAID, fingerprint, state: 'resolved', startsAt: at, endsAt: at }]
  return [
    {
      fingerprint,
      state: 'firing',
      title: toLine(`Build of ${name} fails on ${branch}`),
      description: toText(valueAt(detail, 'current-phase-context'), 2000),
      severity: 'high',
      service: name,
      host: undefined,
      labels: said({
        account: toLine(valueAt(event, 'account')),
        region: toLine(valueAt(event, 'region')),
        repository: repository ?? '',
        branch,
        status: firstLine(valueAt(detail, 'build-status')),
      }),
      annotations: {},
      links: toLinks(['Build', build.url]),
      startsAt: at,
      endsAt: undefined,
    },
  ]
}
