import type { Timestamp } from '#contract/primitives'
import { unknownState } from './eventbridge-code'
import { arnIn, type AwsEvent, timeOf } from './eventbridge-event'
import type { Reading, SourceRequest, SourceSignal } from './source'
import { toSignal } from './telling'
import { toUtcTime } from './times'
import {
  entryOf,
  firstLine,
  lineAt,
  objectsIn,
  toKey,
  toLabels,
  toLine,
  toLinks,
  toText,
  valueAt,
  wordOf,
} from './values'
import { type BuildNews, repositoryIn, shaIn, withDeployment } from './work'

const CODE_BUILD: Readonly<Record<string, BuildNews['state']>> = {
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
export function readBuild(event: AwsEvent, { receivedAt, settings }: SourceRequest): Reading {
  const detail = valueAt(event, 'detail')
  const name = lineAt(detail, 'project-name')
  const told = lineAt(detail, 'build-status').toUpperCase()
  const state = entryOf(CODE_BUILD, told)
  const id = toLine(valueAt(detail, 'build-id'), 1000) || arnIn(event, ':build/')
  if (name === '' || id === '' || state === undefined)
    return unknownState(`the build ${id || 'without an id'}`, told)
  const build = buildOf(event, { name, id, state }, receivedAt)
  return { signals: signalsOf(event, build), changes: withDeployment(build, name, settings) }
}

function buildOf(
  event: AwsEvent,
  { name, id, state }: Pick<BuildNews, 'name' | 'state'> & { id: string },
  receivedAt: Timestamp,
): BuildNews {
  const more = valueAt(event, 'detail', 'additional-information')
  const source = valueAt(more, 'source')
  const version = toLine(valueAt(more, 'source-version'), 400)
  const at = timeOf(event, receivedAt)
  const began = toUtcTime(valueAt(more, 'build-start-time'), receivedAt)
  return {
    kind: 'build',
    externalId: toKey(id.replace(/^arn:[^/]*:build\//, '')) ?? id,
    repository: repositoryIn(valueAt(source, 'location')),
    title: name,
    url: toLinks(['Build', valueAt(more, 'logs', 'deep-link')])[0]?.url,
    actor: wordOf(valueAt(more, 'initiator')),
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
  const isGit = /GITHUB|BITBUCKET|CODECOMMIT|GITLAB/i.test(lineAt(source, 'type'))
  if (!isGit || version.startsWith('refs/') || version.startsWith('pr/')) return undefined
  return shaIn(version) === undefined && version !== '' ? version : undefined
}

/** CodeBuild does not say which branch is the default one. */
const MAIN = new Set(['main', 'master', 'trunk'])

function signalsOf(event: AwsEvent, build: BuildNews): SourceSignal[] {
  const { branch, name, state, repository, occurredAt: at } = build
  if (branch === undefined || !MAIN.has(branch) || (state !== 'failed' && state !== 'succeeded'))
    return []
  const detail = valueAt(event, 'detail')
  const fingerprint = toKey(['codebuild', repository ?? '', name, branch].join('/'))!
  if (state === 'succeeded')
    return [toSignal({ fingerprint, state: 'resolved', startsAt: at, endsAt: at })]
  return [
    toSignal({
      fingerprint,
      state: 'firing',
      title: toLine(`Build of ${name} fails on ${branch}`),
      description: toText(valueAt(detail, 'current-phase-context'), 2000),
      severity: 'high',
      service: name,
      labels: toLabels({
        account: lineAt(event, 'account'),
        region: lineAt(event, 'region'),
        repository,
        branch,
        status: firstLine(valueAt(detail, 'build-status')),
      }),
      links: toLinks(['Build', build.url]),
      startsAt: at,
    }),
  ]
}
