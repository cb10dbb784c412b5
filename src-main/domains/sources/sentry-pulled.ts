import { sentry } from './sentry'
import type { Reading, SourceRequest } from './source'
import { valueAt } from './values'

/** An issue of Sentry's API, as its webhook would tell it; what happened stands in the header. */
export function readPulled(request: SourceRequest): Reading {
  const { body, headers } = request
  return sentry.read({
    ...request,
    headers: { ...headers, 'sentry-hook-resource': 'issue' },
    body: {
      action: headers['x-quarterdeck-pulled'],
      data: { issue: body },
      actor: valueAt(valueAt(body, 'statusDetails'), 'actor'),
    },
  })
}
