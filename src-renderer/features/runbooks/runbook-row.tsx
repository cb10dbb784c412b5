import { CircleX, TriangleAlert } from 'lucide-react'
import { PlainText } from '#ui/plain-text'
import { QualityBar } from '#ui/quality'
import { TierBadge } from '#ui/tier'
import type { Listed } from './runbook-filter'

const ORIGINS = { shipped: 'shipped', mine: 'yours', demo: 'demo' }

/** One line of the list: what it does, how far it reaches, and whether it can be used. */
export function RunbookRow({ runbook }: { runbook: Listed }) {
  const { title, stepCount, highestTier, origin, errors, warnings, quality } = runbook
  return (
    <div className="flex h-full flex-col justify-center gap-1 px-4">
      <span className="truncate font-semibold">
        <PlainText text={title} max={120} />
      </span>
      <span className="flex items-center gap-2.5 text-small text-muted">
        {errors > 0 ? (
          <span className="flex items-center gap-1 font-medium text-critical">
            <CircleX size={13} strokeWidth={2} aria-hidden />
            {errors === 1 ? 'an error' : `${errors} errors`}
          </span>
        ) : (
          <TierBadge tier={highestTier} plain />
        )}
        <span className="tnum">{stepCount === 1 ? '1 step' : `${stepCount} steps`}</span>
        {warnings > 0 && (
          <span className="flex items-center gap-1 text-medium">
            <TriangleAlert size={13} strokeWidth={2} aria-hidden />
            {warnings}
          </span>
        )}
        <span className="ml-auto">{ORIGINS[origin]}</span>
      </span>
      {quality !== undefined && (
        <span className="flex items-center gap-2.5 text-small text-muted">
          <QualityBar quality={quality.overall} className="w-10 shrink-0" />
          <span className="min-w-0 truncate tnum">{quality.summary}</span>
        </span>
      )}
    </div>
  )
}
