import { CloudOff, LockKeyhole, RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { Refusal } from '#contract'
import { Button } from './button'
import { EmptyState } from './empty-state'

/** An error in an operator's words: the message of a refusal, or a plain sentence for a bug. */
export function errorText(error: unknown): string {
  if (error instanceof Refusal) return error.message
  if (error instanceof Error && error.message !== '') return error.message
  return 'Something went wrong that has no name. The log has the details.'
}

/** What happened, what was kept, and a way to try again. */
export function ErrorState({
  error,
  kept = 'Nothing was changed.',
  onRetry,
  actions,
  compact = false,
}: {
  error: unknown
  /** What the operator need not worry about. */
  kept?: string
  onRetry?: (() => void) | undefined
  actions?: ReactNode
  compact?: boolean
}) {
  const code = error instanceof Refusal ? error.code : 'internal'
  return (
    <div role="alert" className="w-full">
      <EmptyState
        compact={compact}
        icon={code === 'vault_locked' ? <LockKeyhole size={20} /> : <CloudOff size={20} />}
        title={TITLE[code] ?? 'This could not be shown'}
        actions={
          <>
            {onRetry !== undefined && (
              <Button icon={<RotateCw size={15} />} onClick={onRetry}>
                Try again
              </Button>
            )}
            {actions}
          </>
        }
      >
        <p className="break-words">{errorText(error)}</p>
        {/* Nobody can promise anything for a process that may have ended. */}
        {code !== 'disconnected' && <p>{kept}</p>}
      </EmptyState>
    </div>
  )
}

const TITLE: Readonly<Record<string, string>> = {
  not_found: 'It is not here any more',
  forbidden: 'Your role does not allow this',
  vault_locked: 'The vault is locked',
  unreachable: 'It could not be reached',
  too_much: 'Too much at once',
  disconnected: 'The line to Quarterdeck is lost',
  unsupported: 'This host cannot do that',
}
