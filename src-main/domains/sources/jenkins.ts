import type { Timestamp } from '#contract/primitives'
import { isJsonType } from './body'
import { type Reading, type SourceReader, type SourceRequest, Unreadable } from './source'
import { ignored } from './telling'
import { toEpoch } from './times'
import {
  entryOf,
  fingerprintOf,
  isObject,
  lineAt,
  toCount,
  toLine,
  toText,
  toUrl,
  valueAt,
  wordOf,
} from './values'
import {
  type BuildNews,
  isDefaultBranch,
  lastPartOf,
  pipelineSignals,
  repositoryIn,
  withDeployment,
} from './work'

/**
 * The Notification plugin of Jenkins, format JSON. https://plugins.jenkins.io/notification/
 * With “All events” the same build is told as COMPLETED and as FINALIZED; both are one build.
 */
export const jenkins: SourceReader = {
  kind: 'jenkins',
  accepts: (contentType) =>
    isJsonType(contentType) ? 'json' : /xml/.test(contentType) ? 'text' : undefined,
  deliveryKey({ body }) {
    const build = valueAt(body, 'build')
    const [name, number, phase] = [
      valueAt(body, 'name'),
      valueAt(build, 'number'),
      valueAt(build, 'phase'),
    ].map((value) => toLine(value))
    return name === '' || number === '' || phase === ''
      ? undefined
      : fingerprintOf([name, number, phase, lineAt(build, 'status')])
  },
  read,
  example,
}

const STATES: Readonly<Record<string, BuildNews['state']>> = {
  success: 'succeeded',
  failure: 'failed',
  unstable: 'failed',
  aborted: 'cancelled',
  not_built: 'skipped',
}

function read(request: SourceRequest): Reading {
  const { body } = request
  if (typeof body === 'string')
    throw new Unreadable(
      'This is XML. In the job, under Job Notifications, set Format to JSON. Replay nothing: the next build is' +
        ' read.',
    )
  const build = valueAt(body, 'build')
  const name = lineAt(body, 'name')
  if (name === '' || !isObject(build))
    throw new Unreadable(
      'This is not what the Notification plugin of Jenkins sends: it has no `name` and `build`.',
    )
  const phase = lineAt(build, 'phase').toUpperCase()
  if (phase === 'NONE' || phase === '') return ignored('it tells of no phase of a build')
  const state = stateOf(phase, lineAt(build, 'status'))
  if (state === undefined)
    return ignored(`a build that is ${phase.toLowerCase()} without a result is no news`)
  return readBuild(request, build, name, state)
}

function stateOf(phase: string, status: string): BuildNews['state'] | undefined {
  if (phase === 'QUEUED') return 'queued'
  if (phase === 'STARTED') return 'running'
  return entryOf(STATES, status.toLowerCase())
}

function readBuild(
  { body, receivedAt, settings }: SourceRequest,
  build: object,
  name: string,
  state: BuildNews['state'],
): Reading {
  const branch = branchOf(build)
  const repository = repositoryIn(valueAt(build, 'scm', 'url'))
  const url = toUrl(valueAt(build, 'full_url'))
  const times = timesOf(build, state, receivedAt)
  const number = toLine(valueAt(build, 'number'), 20)
  const news: BuildNews = {
    kind: 'build',
    externalId: `${name}/${number}`,
    repository,
    title: `${wordOf(valueAt(body, 'display_name')) ?? name} #${number} ${state}`,
    url,
    name,
    state,
    branch,
    revision: wordOf(valueAt(build, 'scm', 'commit')),
    ...times,
  }
  const service = repository === undefined ? name : lastPartOf(repository)
  const description = toText(valueAt(build, 'notes')) || toLine(valueAt(build, 'log'), 500)
  return {
    signals: pipelineSignals(news, {
      service: name,
      isDefault: isDefaultBranch(branch),
      description,
    }),
    changes: withDeployment(news, service, settings),
  }
}

/** `origin/develop` and `refs/heads/develop` are the branch `develop`. */
function branchOf(build: object): string | undefined {
  const branch = lineAt(build, 'scm', 'branch')
  return branch.replace(/^(?:refs\/heads\/|[^/]+\/)(?=.)/, '') || undefined
}

function timesOf(build: object, state: BuildNews['state'], receivedAt: number) {
  const startedAt = toEpoch(valueAt(build, 'timestamp'), receivedAt)
  if (state === 'queued' || state === 'running')
    return { startedAt, finishedAt: undefined, occurredAt: startedAt ?? receivedAt }
  const duration = toCount(valueAt(build, 'duration'))
  const ended =
    startedAt === undefined || duration === undefined ? receivedAt : startedAt + duration
  const finishedAt = Math.min(ended, receivedAt)
  return { startedAt, finishedAt, occurredAt: finishedAt }
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  return {
    name: 'quarterdeck-test',
    url: 'job/quarterdeck-test/',
    build: {
      full_url: 'http://localhost:8080/job/quarterdeck-test/1/',
      number: status === 'firing' ? 1 : 2,
      timestamp: now,
      phase: 'FINALIZED',
      status: status === 'firing' ? 'FAILURE' : 'SUCCESS',
      url: 'job/quarterdeck-test/1/',
      scm: { branch: 'origin/main', commit: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d' },
    },
  }
}
