import { Refusal } from '#contract'
import type { RequestAction } from '#contract/actions'
import type { Connector, Outcome, Perform, Target } from '#domains/connectors'
import type { Credentials } from '#domains/credentials'
import type { Egress } from '#domains/egress'
import type { Clock } from '#platform/clock'
import type { Masking } from '#platform/masking'
import { openKeys } from './keys'
import { performRequest } from './perform-request'
import { testService } from './service-test'

// Asks web services, one request at a time, through the one door for HTTP out. Never follows a redirect to another host.

interface Needs {
  clock: Clock
  masking: Masking
  credentials: Credentials
  egress: Pick<Egress, 'ask'>
}

export function createWeb(needs: Needs): Connector<RequestAction> {
  const closing = new AbortController()
  return {
    perform: (target, action, how) => perform(needs, target, action, how, closing.signal),
    test: (target, signal) => testService(needs, target, signal),
    async readHostKey() {
      throw new Refusal('unsupported', 'A web service has no host key. Its certificate is checked.')
    },
    forget() {},
    async close() {
      closing.abort()
    },
  }
}

async function perform(
  needs: Needs,
  target: Target,
  action: RequestAction,
  how: Perform,
  closing: AbortSignal,
): Promise<Outcome> {
  if (how.signal.aborted)
    return { status: 'not_started', reason: 'It was cancelled before it began.' }
  try {
    const keys = await openKeys(target, new URL(action.url), needs)
    return await performRequest(needs, { target, action, how, keys, closing })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { status: 'not_started', reason: error.message }
  }
}
