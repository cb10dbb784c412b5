import { CircleX, TriangleAlert } from 'lucide-react'
import type { RunbookProblem } from '#contract/runbooks'
import { Card } from '#ui/card'
import { PlainText } from '#ui/plain-text'

/** What is wrong with the file, by line. An error keeps it from being started; a warning does not. */
export function Problems({ problems }: { problems: readonly RunbookProblem[] }) {
  if (problems.length === 0) return null
  const errors = problems.filter(({ level }) => level === 'error').length
  const title =
    errors > 0
      ? 'This runbook cannot be started until its errors are gone'
      : 'Works, but look at this'
  return (
    <Card title={title} tone={errors > 0 ? 'bad' : 'attention'}>
      <ProblemList problems={problems} />
    </Card>
  )
}

/** One line each; with `onGoTo`, the line's number leads there. */
export function ProblemList({
  problems,
  onGoTo,
}: {
  problems: readonly RunbookProblem[]
  onGoTo?: (line: number) => void
}) {
  return (
    <ul className="flex flex-col gap-1.5">
      {problems.map(({ line, level, message }) => (
        <li key={`${line} ${message}`} className="flex items-baseline gap-2.5">
          {level === 'error' ? (
            <CircleX
              size={14}
              strokeWidth={2}
              className="shrink-0 self-center text-critical"
              aria-label="error"
            />
          ) : (
            <TriangleAlert
              size={14}
              strokeWidth={2}
              className="shrink-0 self-center text-medium"
              aria-label="warning"
            />
          )}
          <LineNumber line={line} onGoTo={onGoTo} />
          <PlainText text={message} max={400} />
        </li>
      ))}
    </ul>
  )
}

function LineNumber({
  line,
  onGoTo,
}: {
  line: number
  onGoTo: ((line: number) => void) | undefined
}) {
  const look = 'w-16 shrink-0 text-left text-small tnum'
  if (!onGoTo) return <span className={`${look} text-muted`}>line {line}</span>
  return (
    <button type="button" onClick={() => onGoTo(line)} className={`${look} text-accent underline`}>
      line {line}
    </button>
  )
}
