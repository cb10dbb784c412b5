import type { Timestamp } from '#contract/primitives'
import type { ChangeNews } from '#domains/changes'
import { acceptsJson } from './body'
import { fitsAny } from './globs'
import { hmacProof } from './proof'
import { type Reading, type SourceReader, type SourceRequest, Unreadable } from './source'
import { ignored } from './telling'
import { toTime } from './times'
import { entryOf, isObject, lineAt, toKey, toLine, valueAt, wordOf } from './values'
import { environmentIn, onlyChanges } from './work'

/**
 * Heroku app webhooks. https://devcenter.heroku.com/articles/app-webhooks
 * A release is a deployment when its description says so: changed config vars and add-ons make releases, too.
 */
export const heroku: SourceReader = {
  kind: 'heroku',
  proof: hmacProof({
    secret: { name: 'webhook secret', madeBy: 'either' },
    header: 'heroku-webhook-hmac-sha256',
    algorithm: 'sha256',
    encoding: 'base64',
  }),
  accepts: acceptsJson,
  // The attempt changes with every retry, the delivery does not.
  deliveryKey: ({ body }) => toKey(valueAt(body, 'webhook_metadata', 'delivery', 'id')),
  read,
  example,
}

/** Of releases and of builds. */
const STATES: Readonly<Record<string, 'running' | 'succeeded' | 'failed'>> = {
  pending: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
}

function read(request: SourceRequest): Reading {
  const resource = toLine(valueAt(request.body, 'resource'), 60)
  const data = valueAt(request.body, 'data')
  if (resource === '' || !isObject(data))
    throw new Unreadable(
      'This is not a webhook of Heroku: it has no `resource` and `data`. Add the webhook with `heroku webhooks:add`, as the' +
        ' set-up page of this source shows.',
    )
  if (resource === 'release') return readRelease(request, data)
  if (resource === 'build') return readBuild(request, data)
  const action = toLine(valueAt(request.body, 'action'), 40)
  return ignored(`a ${resource} ${action} is neither a release nor a build`)
}

function readRelease({ body, receivedAt, settings }: SourceRequest, data: object): Reading {
  const description = lineAt(data, 'description')
  const status = lineAt(data, 'status').toLowerCase()
  if (!DEPLOYS.test(description)) return ignored(`the release “${description}” deploys nothing`)
  const state = entryOf(STATES, status)
  if (state === undefined)
    return ignored(`a release that is ${status || 'without a status'} is no news`)
  const app = appOf(data)
  const occurredAt = timeOf(body, data, receivedAt)
  const version = toLine(valueAt(data, 'version'), 20)
  const environment = environmentIn(app)
  const news: ChangeNews = {
    kind: 'deployment',
    externalId: toKey(valueAt(data, 'id')) ?? `${app}/v${version}`,
    title: [`${app} v${version}`, description].filter(Boolean).join(': '),
    service: app,
    environment,
    production: fitsAny(environment, settings.production),
    state,
    rollback: /^Rollback/i.test(description),
    revision: revisionIn(description),
    actor: actorOf(body),
    startedAt: toTime(valueAt(data, 'created_at'), receivedAt),
    finishedAt: state === 'running' ? undefined : occurredAt,
    occurredAt,
  }
  return onlyChanges([news])
}

/** A release of changed settings or add-ons has another description; one without any is taken for a deployment. */
const DEPLOYS = /^(?:$|(?:Deploy|Promote|Deployed|Promoted)\b|Rollback to v)/i

const appOf = (data: object) => wordOf(valueAt(data, 'app', 'name')) ?? 'an app without a name'

function readBuild({ body, receivedAt }: SourceRequest, data: object): Reading {
  const state = entryOf(STATES, lineAt(data, 'status').toLowerCase())
  const app = appOf(data)
  const id = toKey(valueAt(data, 'id'))
  if (state === undefined || id === undefined)
    return ignored('a build without an id or a known status is no news')
  const occurredAt = timeOf(body, data, receivedAt)
  const news: ChangeNews = {
    kind: 'build',
    externalId: `${app}/${id}`,
    title: `Build of ${app}`,
    name: app,
    state,
    revision: wordOf(valueAt(data, 'source_blob', 'version')),
    actor: actorOf(body),
    startedAt: toTime(valueAt(data, 'created_at'), receivedAt),
    finishedAt: state === 'running' ? undefined : occurredAt,
    occurredAt,
  }
  return onlyChanges([news])
}

const actorOf = (body: unknown) => wordOf(valueAt(body, 'actor', 'email'))

function timeOf(body: unknown, data: object, receivedAt: Timestamp): Timestamp {
  return (
    toTime(valueAt(data, 'updated_at'), receivedAt) ??
    toTime(valueAt(body, 'created_at'), receivedAt) ??
    receivedAt
  )
}

/** `Deploy 1a2b3c4`: the first characters of the commit. */
function revisionIn(description: string): string | undefined {
  return /^(?:Deploy|Deployed)\s+([0-9a-f]{7,40})\b/i.exec(description)?.[1]?.toLowerCase()
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  return {
    action: 'update',
    resource: 'release',
    actor: { email: 'quarterdeck@example.com' },
    created_at: new Date(now).toISOString(),
    data: {
      id: '00000000-0000-4000-8000-000000000001',
      app: { id: '00000000-0000-4000-8000-000000000002', name: 'quarterdeck-test' },
      status: status === 'firing' ? 'failed' : 'succeeded',
      description: 'Deploy 1a2b3c4',
      version: 7,
      created_at: new Date(now).toISOString(),
      updated_at: new Date(now).toISOString(),
    },
    webhook_metadata: {
      delivery: { id: `test-${status}-${now}` },
      event: { include: 'api:release' },
    },
  }
}
