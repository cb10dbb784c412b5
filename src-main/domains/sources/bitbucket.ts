import type { Timestamp } from '#contract/primitives'
import { readCloud } from './bitbucket-cloud'
import { readDataCenter } from './bitbucket-server'
import { acceptsJson } from './body'
import { hmacProof } from './proof'
import { type Reading, type SourceReader, type SourceRequest, Unreadable } from './source'
import { ignored } from './telling'
import { isObject, toKey, toLine, valueAt } from './values'

/**
 * Bitbucket Cloud and Data Center. Both sign with SHA-256 under the old header name.
 * https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/
 * https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html
 */
export const bitbucket: SourceReader = {
  kind: 'bitbucket',
  proof: hmacProof({
    secret: { name: 'webhook secret', madeBy: 'either' },
    header: 'x-hub-signature',
    algorithm: 'sha256',
    encoding: 'hex',
    prefix: 'sha256=',
  }),
  accepts: acceptsJson,
  deliveryKey: ({ headers }) => toKey(headers['x-request-uuid'] ?? headers['x-request-id']),
  read,
  example,
  exampleHeaders: () => ({ 'x-event-key': 'repo:commit_status_updated' }),
}

function read(request: SourceRequest): Reading {
  const { body, headers } = request
  if (!isObject(body))
    throw new Unreadable('This is not a webhook of Bitbucket: it is no JSON object.')
  const own = toLine(valueAt(body, 'eventKey'), 100)
  const event = own || toLine(headers['x-event-key'], 100) || eventIn(body)
  if (event === '')
    throw new Unreadable(
      'This does not say which event of Bitbucket it is: the header X-Event-Key is missing.',
    )
  if (event === 'diagnostics:ping' || valueAt(body, 'test') === true)
    return ignored('a ping: the webhook works')
  return own === '' && !event.startsWith('pr:') && event !== 'repo:refs_changed'
    ? readCloud(request, event)
    : readDataCenter(request, event)
}

/** What a body without its header must be: each kind of event has a part of its own. */
function eventIn(body: object): string {
  if (valueAt(body, 'push') !== undefined) return 'repo:push'
  if (valueAt(body, 'commit_status') !== undefined) return 'repo:commit_status_updated'
  return valueAt(body, 'pullrequest') === undefined ? '' : 'pullrequest:updated'
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  return {
    actor: { display_name: 'Quarterdeck' },
    repository: { full_name: 'quarterdeck/test', name: 'test' },
    commit_status: {
      key: 'quarterdeck-test',
      name: 'Test from Quarterdeck',
      state: status === 'firing' ? 'FAILED' : 'SUCCESSFUL',
      refname: 'main',
      created_on: new Date(now - 60_000).toISOString(),
      updated_on: new Date(now).toISOString(),
    },
  }
}
