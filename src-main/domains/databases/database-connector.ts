import { Refusal } from '#contract'
import type { StatementAction, StatementPreview } from '#contract/actions'
import type { Connector, Target } from '#domains/connectors'
import type { Credentials } from '#domains/credentials'
import type { Clock } from '#platform/clock'
import type { Masking } from '#platform/masking'
import { performStatement } from './perform-statement'
import type { Server } from './server'
import { isPlanned } from './statement-kind'
import { testStages } from './staged-test'

interface Needs {
  readonly clock: Clock
  readonly masking: Masking
  readonly credentials: Credentials
}

/** A connector that can also say how its database would carry out a statement, without doing it. */
export interface DatabaseConnector extends Connector<StatementAction> {
  explain(target: Target, action: StatementAction): Promise<StatementPreview>
}

const EXPLAIN_MS = 10_000

/** Every statement gets a session of its own: nothing of one is left for the next. */
export function createDatabaseConnector(needs: Needs, server: Server): DatabaseConnector {
  const { credentials, masking, clock } = needs
  const closing = new AbortController()
  return {
    async perform(target, action, how) {
      const notice = (text: string) => how.onOutput('stderr', masking.mask(text))
      const open = () => server.open(target, credentials, { onNotice: notice })
      return performStatement(open, action, how, { clock, masking, closing: closing.signal })
    },
    test: (target, signal) => testStages(server, needs, target, signal),
    async explain(target, action) {
      if (!isPlanned(action.text))
        return {
          plan: '',
          estimatedRows: null,
          problem: 'It plans only what asks or changes rows.',
        }
      const session = await server.open(target, credentials, {})
      try {
        // MariaDB refuses to explain a change in a transaction that only reads. This one is never committed.
        await session.begin(action.dialect === 'mysql' ? 'change' : 'read', EXPLAIN_MS)
        const { plan, ...rest } = await session.explain(action)
        return { plan: masking.mask(plan), ...rest }
      } finally {
        await session.end()
      }
    },
    async readHostKey() {
      throw new Refusal('unsupported', 'A database has no host key. Its certificate is checked.')
    },
    forget() {},
    async close() {
      closing.abort()
    },
  }
}
