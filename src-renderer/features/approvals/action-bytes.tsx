import type { ReactNode } from 'react'
import type { Action, FrozenAction } from '#contract/actions'
import { CodeBlock } from '#ui/code-block'
import { Untrusted } from '#ui/plain-text'
import { valuesOf } from './action-values'
import { CredentialLine, TargetLine } from './byte-lines'
import { ProgramBytes } from './program-bytes'
import { RequestBytes } from './request-bytes'
import { StatementBytes } from './statement-bytes'

/** The frozen action in full: what is executed, with which values, where and as whom. Nothing is shortened. */
export function ActionBytes({ frozen, isOpen }: { frozen: FrozenAction; isOpen: boolean }) {
  const { action } = frozen
  return (
    <div className="flex flex-col gap-2">
      <p className="text-small text-muted">
        {isOpen
          ? 'These exact bytes will run. Anything else will be refused.'
          : 'The exact bytes the answer was about.'}
      </p>
      <CodeBlock label="Exact action" code={JSON.stringify(action, null, 2)} wrap>
        <span className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
          <Bytes action={action} />
          <TargetLine action={action} />
          <CredentialLine action={action} />
        </span>
      </CodeBlock>
      <FromOutside action={action} />
    </div>
  )
}

function Bytes({ action }: { action: Action }): ReactNode {
  if (action.type === 'statement') return <StatementBytes action={action} />
  return action.type === 'request' ? (
    <RequestBytes action={action} />
  ) : (
    <ProgramBytes action={action} />
  )
}

const REACHES = {
  program: 'the script as an environment variable, never as code',
  statement: 'the database as a bound value, never as part of the statement',
  request: 'the service as one encoded part, never as another address or header',
} as const

function FromOutside({ action }: { action: Action }) {
  const names = untrustedNames(action)
  if (names.length === 0) return null
  const reaches = REACHES[action.type ?? 'program']
  return (
    <p className="text-small text-muted">
      {names.map((name, index) => (
        <span key={name}>
          {index > 0 && ', '}
          <Untrusted>
            <code>{name}</code>
          </Untrusted>
        </span>
      ))}{' '}
      {names.length === 1
        ? `comes from outside: the alert’s text, or what a step printed. It passed its checks and reaches ${reaches}.`
        : `come from outside: the alert’s text, or what a step printed. They passed their checks, and each reaches ${reaches}.`}
    </p>
  )
}

function untrustedNames(action: Action): string[] {
  const values = valuesOf(action)
  return [...new Set(values.filter(({ untrusted }) => untrusted).map(({ name }) => name))]
}
