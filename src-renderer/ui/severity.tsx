import { ChevronDown, CircleDot, Diamond, OctagonAlert, TriangleAlert } from 'lucide-react'
import type { Severity } from '#contract/primitives'
import { cx } from './class-names'

const LOOK = {
  critical: { word: 'Critical', color: 'text-critical', Icon: OctagonAlert },
  high: { word: 'High', color: 'text-high', Icon: TriangleAlert },
  medium: { word: 'Medium', color: 'text-medium', Icon: Diamond },
  low: { word: 'Low', color: 'text-low', Icon: ChevronDown },
  info: { word: 'Info', color: 'text-info', Icon: CircleDot },
} as const

/** The severities, most severe first, each with its word. */
export const SEVERITIES = Object.keys(LOOK) as readonly Severity[]

export function severityWord(severity: Severity): string {
  return LOOK[severity].word
}

/** Octagon, triangle, diamond, chevron, dot: told apart without colour. The word is read aloud. */
export function SeverityIcon({
  severity,
  quiet = false,
  size = 16,
}: {
  severity: Severity
  /** For what is over already: the shape without the colour. */
  quiet?: boolean
  size?: number
}) {
  const { Icon, color, word } = LOOK[severity]
  return (
    <span className={cx('inline-flex shrink-0', quiet ? 'text-muted' : color)}>
      <Icon size={size} strokeWidth={severity === 'low' ? 2.5 : 2} aria-hidden />
      <span className="sr-only">{word}</span>
    </span>
  )
}

/** Shape, colour and word together, for headers. */
export function SeverityBadge({ severity }: { severity: Severity }) {
  const { Icon, color, word } = LOOK[severity]
  return (
    <span className={cx('inline-flex items-center gap-1.5 text-small font-semibold', color)}>
      <Icon size={15} strokeWidth={severity === 'low' ? 2.5 : 2} aria-hidden />
      {word}
    </span>
  )
}
