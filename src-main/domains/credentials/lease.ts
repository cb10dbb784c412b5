import type { z } from 'zod'
import type { Credential, LeasePurpose } from '#contract/credentials'
import type { ConnectionId, RunbookId, RunId } from '#contract/primitives'

/** For which step of which run a secret is used. */
export interface RunUse {
  readonly runId: RunId
  readonly runbookId: RunbookId
  readonly step: string
  /** Who started the run. */
  readonly operator: string
}

/** What a secret is wanted for: facts that are kept, and that decide whether it is given out. */
export interface LeaseUse {
  readonly purpose: z.infer<typeof LeasePurpose>
  /** What it opens, by name: a connection, a source. */
  readonly subject: string
  readonly connectionId?: ConnectionId | undefined
  readonly run?: RunUse | undefined
  /** Who asked; left out when Quarterdeck does it by itself. */
  readonly operator?: string | undefined
}

/** Why the allow-list keeps a credential from this use, for the operator; undefined when it may be used. */
export function objectionTo(
  { name, runbooks }: Pick<Credential, 'name' | 'runbooks'>,
  { run, purpose, subject }: LeaseUse,
): string | undefined {
  if (runbooks === null || (run && runbooks.includes(run.runbookId))) return undefined
  const allowed = runbooks.length === 1 ? `the runbook ${runbooks[0]}` : runbooks.join(', ')
  const asked = run ? `the runbook ${run.runbookId}` : `${WORDS[purpose]} ${subject}`
  return `${name} may be used by ${allowed} alone, and ${asked} is something else. An admin can change that at the credential.`
}

const WORDS: Record<LeaseUse['purpose'], string> = {
  run: 'a step on',
  test: 'a test of',
  source: 'the source',
  pull: 'a question to',
  export: 'the export',
}
