import type { Timestamp } from '#contract/primitives'
import { acceptsJson } from './body'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { ignored, toSignal } from './telling'
import { toUtcTime } from './times'
import { fingerprintOf, isObject, toLine, toLinks, toUrl, valueAt, wordOf } from './values'
import { type BuildNews, lastPartOf } from './work'

/**
 * Codecov's notification webhook. It signs nothing, and its times name no zone: they are UTC.
 * https://docs.codecov.com/docs/notifications#webhooks
 * `pull.head.branch` is always `master`, whatever the branch is, so only the commit's own branch is heeded.
 */
export const codecov: SourceReader = {
  kind: 'codecov',
  accepts: acceptsJson,
  deliveryKey: ({ body }) => (isObject(body) ? fingerprintOf([body]) : undefined),
  read,
  example,
}

function read(request: SourceRequest): Reading {
  const { body, receivedAt } = request
  const repo = valueAt(body, 'repo')
  const head = valueAt(body, 'head')
  if (!isObject(repo))
    throw new Unreadable(
      'This is not a notification of Codecov: it has no `repo`. In codecov.yml the address belongs under' +
        ' coverage › notify › webhook.',
    )
  if (!isObject(head)) return ignored('it names no commit')
  const repository = repositoryOf(body, repo)
  const revision = wordOf(valueAt(head, 'commitid'))
  const occurredAt = toUtcTime(valueAt(head, 'timestamp'), receivedAt) ?? receivedAt
  const coverage = toLine(valueAt(head, 'totals', 'coverage'), 20)
  const by = Number(toLine(valueAt(body, 'compare', 'coverage'), 20))
  const news: BuildNews = {
    kind: 'build',
    externalId: `${repository}/codecov/${revision ?? 'unknown'}`,
    repository,
    title: `Coverage ${percent(coverage)}${by === 0 || Number.isNaN(by) ? '' : ` (${signed(by)})`}`,
    name: 'codecov',
    state: by < 0 ? 'failed' : 'succeeded',
    revision,
    branch: wordOf(valueAt(head, 'branch')),
    actor: wordOf(valueAt(head, 'author', 'username'), valueAt(head, 'author', 'name')),
    url: toUrl(valueAt(body, 'compare', 'url'), valueAt(head, 'url'), valueAt(repo, 'url')),
    finishedAt: occurredAt,
    occurredAt,
  }
  return { signals: [signalOf(request, { repository, by, coverage, occurredAt })], changes: [news] }
}

interface Facts {
  readonly repository: string
  /** How many points more or less than before; NaN when it is not told. */
  readonly by: number
  readonly coverage: string
  readonly occurredAt: Timestamp
}

/** Less coverage is something to look at, and no more than that; it is right again with the next commit that loses none. */
function signalOf(
  { body }: SourceRequest,
  { repository, by, coverage, occurredAt }: Facts,
): SourceSignal {
  const head = valueAt(body, 'head')
  const branch = toLine(valueAt(head, 'branch'), 200)
  const isWorse = by < 0
  return toSignal({
    fingerprint: fingerprintOf(['codecov', repository, branch]),
    state: isWorse ? 'firing' : 'resolved',
    title: isWorse
      ? `Coverage of ${repository} fell by ${Math.abs(by)} points to ${percent(coverage)}`
      : `Coverage of ${repository} is ${percent(coverage)}`,
    description: toLine(valueAt(head, 'message'), 500),
    severity: 'info',
    service: lastPartOf(repository),
    labels: { repository, branch, coverage },
    links: toLinks(
      ['Comparison', valueAt(body, 'compare', 'url')],
      ['Commit', valueAt(head, 'service_url')],
      ['Codecov', valueAt(body, 'repo', 'url')],
    ),
    startsAt: occurredAt,
    endsAt: occurredAt,
  })
}

function repositoryOf(body: unknown, repo: object): string {
  const name = toLine(valueAt(repo, 'name'), 100)
  const owner = toLine(valueAt(body, 'owner', 'username'), 100)
  return [owner, name].filter(Boolean).join('/') || 'a repository without a name'
}

/** `85.00000` → `85 %`; what is no number is not known. */
function percent(text: string): string {
  return text === '' || Number.isNaN(Number(text))
    ? 'unknown'
    : `${Number(Number(text).toFixed(2))} %`
}

const signed = (by: number) => `${by > 0 ? '+' : '−'}${Math.abs(by)}`

function example(status: 'firing' | 'resolved', now: Timestamp) {
  return {
    repo: { url: 'https://codecov.io/gh/quarterdeck/test', name: 'test', private: true },
    head: {
      commitid: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d',
      branch: 'main',
      message: 'Test from Quarterdeck',
      timestamp: new Date(now).toISOString().replace('Z', ''),
      totals: { coverage: status === 'firing' ? '71.20000' : '85.00000' },
    },
    base: null,
    compare: {
      coverage: status === 'firing' ? '-13.80' : '0.00',
      message: status === 'firing' ? 'decreased' : 'no change',
    },
    owner: { username: 'quarterdeck' },
    pull: null,
  }
}
