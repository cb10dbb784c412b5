import type { Approval } from '#contract/approvals'
import { cx } from '#ui/class-names'
import { PlainText } from '#ui/plain-text'
import { Countdown, RelativeTime } from '#ui/relative-time'
import { TierBadge } from '#ui/tier'
import { countWords, STATUS_WORDS, whereWords } from './approval-words'

/** One line of the queue: what, where, how far it reaches, and how long there is. */
export function ApprovalRow({ approval }: { approval: Approval }) {
  const { frozen, status } = approval
  const isWaiting = status === 'waiting'
  const count = countWords(approval)
  return (
    <div className="flex h-full flex-col justify-center gap-1 px-4">
      <div className="flex items-baseline gap-3">
        <span className="min-w-0 flex-1 truncate font-semibold">
          <PlainText text={approval.stepTitle} max={120} />
        </span>
        <span className="shrink-0 text-small text-muted">
          {isWaiting ? (
            <Countdown until={approval.expiresAt} />
          ) : (
            <RelativeTime at={approval.decidedAt ?? approval.expiresAt} />
          )}
        </span>
      </div>
      <div className="flex items-center gap-2 text-small text-muted">
        {frozen === null ? 'a person’s word' : <TierBadge tier={frozen.tier} plain />}
        {frozen !== null && <span className="truncate">on {whereWords(approval)}</span>}
        {approval.purpose === 'undo' && <span>undo</span>}
        {isWaiting && count !== null && <span className="text-high">{count}</span>}
        {!isWaiting && (
          <span className={cx('ml-auto shrink-0 font-medium', STATUS_WORDS[status].color)}>
            {STATUS_WORDS[status].word}
          </span>
        )}
      </div>
    </div>
  )
}
