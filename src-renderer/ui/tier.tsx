import { ArrowUpRight, Ban, Eye, OctagonX, Wrench } from 'lucide-react'
import type { RiskTier } from '#contract/primitives'
import { cx } from './class-names'

const LOOK = {
  read: { word: 'Read', color: 'text-ok', ground: 'tint-ok', Icon: Eye },
  reach_out: { word: 'Reach out', color: 'text-low', ground: 'tint-low', Icon: ArrowUpRight },
  change: { word: 'Change', color: 'text-high', ground: 'tint-high', Icon: Wrench },
  destroy: { word: 'Destroy', color: 'text-critical', ground: 'tint-critical', Icon: OctagonX },
  forbidden: { word: 'Forbidden', color: 'text-critical', ground: 'tint-critical', Icon: Ban },
} as const

export function tierWord(tier: RiskTier): string {
  return LOOK[tier].word
}

/** How far an action reaches: icon, word and colour. `plain` has no ground, for headers and list rows. */
export function TierBadge({ tier, plain = false }: { tier: RiskTier; plain?: boolean }) {
  const { Icon, color, ground, word } = LOOK[tier]
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1.5 text-caption font-semibold whitespace-nowrap',
        color,
        !plain && cx('h-5 rounded-chip px-1.5', ground),
      )}
    >
      <Icon size={13} strokeWidth={2} aria-hidden />
      {word}
    </span>
  )
}
