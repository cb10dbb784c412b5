import { useQuery } from '@tanstack/react-query'
import type { Approval } from '#contract/approvals'
import { CodeBlock } from '#ui/code-block'
import { errorText } from '#ui/error-state'
import { PlainText } from '#ui/plain-text'
import { Skeleton } from '#ui/skeleton'
import { approvalQueries } from './approval-queries'

/** What the database says it will do, asked without doing it. Only for a change that waits. */
export function StatementPreview({ approval }: { approval: Approval }) {
  const action = approval.frozen?.action
  const isShown =
    approval.status === 'waiting' && action?.type === 'statement' && action.mode === 'change'
  return isShown ? <Preview approval={approval} /> : null
}

const rowsWords = (rows: number) => (rows === 1 ? '1 row' : `${rows.toLocaleString('en')} rows`)

function Preview({ approval }: { approval: Approval }) {
  const { data, error } = useQuery(approvalQueries.preview(approval.id))
  return (
    <section className="rounded-card border border-line bg-surface p-4">
      <h3 className="mb-1 text-small font-semibold text-muted">What the database plans</h3>
      {data === undefined && error === null && <Skeleton className="h-16" />}
      {error !== null && <p className="text-muted">{errorText(error)}</p>}
      {data?.problem && (
        <p className="break-words text-muted">
          It gives no plan: <PlainText text={data.problem} max={600} />
        </p>
      )}
      {data !== undefined && data.plan !== '' && (
        <>
          <p className="mb-2">
            {data.estimatedRows === null
              ? 'It does not estimate how many rows that is.'
              : `About ${rowsWords(data.estimatedRows)}, by its own estimate.`}{' '}
            <span className="text-muted">Nothing was run for this.</span>
          </p>
          <CodeBlock label="The database’s plan" code={data.plan} />
        </>
      )}
    </section>
  )
}
