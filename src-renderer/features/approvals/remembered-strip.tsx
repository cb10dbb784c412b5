import { useQuery } from '@tanstack/react-query'
import { api } from '#api'
import type { Remembered } from '#contract/approvals'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { PlainText } from '#ui/plain-text'
import { TierBadge } from '#ui/tier'
import { approvalQueries } from './approval-queries'

/** What is approved by itself for you until this console stops. Nothing is drawn where there is nothing. */
export function RememberedStrip() {
  const { data } = useQuery(approvalQueries.remembered())
  if (data === undefined || data.length === 0) return null
  return (
    <section
      aria-label="Approved by itself"
      className="flex max-h-[40%] shrink-0 flex-col gap-2 overflow-y-auto border-t border-line px-4 py-3"
    >
      <h2 className="text-small font-semibold text-muted">
        Approved by itself for you until this console stops
      </h2>
      <ul className="flex flex-col gap-2">
        {data.map((one) => (
          <RememberedLine key={one.subjectHash} one={one} />
        ))}
      </ul>
    </section>
  )
}

function RememberedLine({ one }: { one: Remembered }) {
  const forget = useCommand(api.approvals.forget, {
    done: 'You are asked again',
    failed: 'It is still remembered',
    refresh: [['approvals']],
  })
  return (
    <li className="flex items-center gap-3">
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="truncate font-medium">
          <PlainText text={one.title} max={120} />
        </span>
        <span className="flex gap-2 text-small text-muted">
          <TierBadge tier={one.tier} plain /> on {one.target}, {usedWords(one.used)}
        </span>
      </span>
      <Button
        size="small"
        busy={forget.isPending}
        onClick={() => forget.mutate({ subjectHash: one.subjectHash })}
      >
        Ask again
      </Button>
    </li>
  )
}

function usedWords(used: number): string {
  if (used === 0) return 'not used yet'
  return used === 1 ? 'used once' : `used ${used} times`
}
