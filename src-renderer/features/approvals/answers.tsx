import { PenLine } from 'lucide-react'
import type { Answer, Approval } from '#contract/approvals'
import { Card } from '#ui/card'
import { cx } from '#ui/class-names'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { keptWords } from '#ui/kept-in'
import { countWords } from './approval-words'

/** Who answered so far, each with the key it is signed with. Nothing while nobody did. */
export function Answers({ approval }: { approval: Approval }) {
  if (approval.answers.length === 0) return null
  return (
    <Card
      title="Answers"
      icon={<PenLine size={15} strokeWidth={1.75} />}
      note={countWords(approval) ?? 'signed'}
    >
      <ul className="flex flex-col gap-3">
        {approval.answers.map((answer) => (
          <AnswerLine key={answer.by.id} answer={answer} />
        ))}
      </ul>
    </Card>
  )
}

function AnswerLine({ answer }: { answer: Answer }) {
  const { by, for: lent, decision, comment, at, fingerprint, keptIn, singleOperator } = answer
  return (
    <li className="flex min-w-0 flex-col gap-0.5">
      <p>
        <strong className={cx(decision === 'approve' ? 'text-ok' : 'text-critical')}>
          {decision === 'approve' ? 'yes' : 'no'}
        </strong>{' '}
        by <PlainText text={by.name} max={80} />
        {lent !== null && (
          <>
            {' '}
            for <PlainText text={lent.name} max={80} />
          </>
        )}
        , <RelativeTime at={at} long />
        {singleOperator && <span className="text-high"> in single-operator mode</span>}
      </p>
      {comment !== '' && (
        <p className="break-words text-muted">
          “<PlainText text={comment} max={1000} />”
        </p>
      )}
      <p className="font-mono text-caption break-all text-muted">
        ed25519 {fingerprint}, {keptWords(keptIn)}
      </p>
    </li>
  )
}
