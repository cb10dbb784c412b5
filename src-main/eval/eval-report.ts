/** One measured number, with what it has to reach and what simple methods reach. */
export interface Finding {
  readonly set: string
  readonly measure: string
  /** On rows that nothing was learnt from. */
  readonly value: number
  /** How rows that nothing was learnt from were come by; undefined where these rows taught nothing anyway. */
  readonly how?: string
  /** The same number on the rows that were learnt from. It flatters, and no bar looks at it. */
  readonly trained?: number
  /** Undefined: shown, but nobody has promised anything. */
  readonly bar?: { readonly atLeast: number } | { readonly atMost: number }
  /** What simple methods reach on the held-back half, from the README beside the data. */
  readonly baseline?: string
  readonly rows: number
}

/** A bar that no row was measured against is missed. */
export function isMissed({ value, bar, rows }: Finding): boolean {
  if (rows === 0 || !Number.isFinite(value)) return true
  if (bar === undefined) return false
  return 'atLeast' in bar ? value < bar.atLeast : value > bar.atMost
}

const HEAD = [
  '',
  'set',
  'measure',
  'result',
  'how',
  'on learnt rows',
  'bar',
  'rows',
  'baseline (held-back half)',
]

/** A table for the console; a missed bar is marked in words. */
export function toTable(findings: readonly Finding[]): string {
  const lines = findings.map((finding) => [
    isMissed(finding) ? 'MISSED' : finding.bar ? 'ok' : '',
    finding.set,
    finding.measure,
    toNumber(finding.value),
    finding.how ?? '',
    finding.trained === undefined ? '' : toNumber(finding.trained),
    toBar(finding.bar),
    String(finding.rows),
    finding.baseline ?? '',
  ])
  const widths = HEAD.map((head, at) =>
    Math.max(head.length, ...lines.map((line) => line[at]!.length)),
  )
  const draw = (line: readonly string[]) =>
    line
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join('  ')
      .trimEnd()
  return [draw(HEAD), draw(widths.map((width) => '─'.repeat(width))), ...lines.map(draw)].join('\n')
}

function toBar(bar: Finding['bar']): string {
  if (bar === undefined) return ''
  return 'atLeast' in bar ? `≥ ${toNumber(bar.atLeast)}` : `≤ ${toNumber(bar.atMost)}`
}

function toNumber(value: number): string {
  return Number.isInteger(value) && value !== 1 ? String(value) : value.toFixed(3)
}

/** Share of the items for which something holds; NaN of none, which no bar lets pass. */
export function shareOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter((item) => holds(item)).length / items.length
}

/** Accuracy, and the mean of each class's F1 (harmonic mean of precision and recall). */
export function scoreClasses(
  pairs: readonly { truth: string; said: string }[],
  classes: readonly string[],
): { accuracy: number; macroF1: number } {
  const f1 = classes.map((name) => {
    const hits = pairs.filter(({ truth, said }) => truth === name && said === name).length
    const truths = pairs.filter(({ truth }) => truth === name).length
    const claims = pairs.filter(({ said }) => said === name).length
    return (2 * hits) / Math.max(1, truths + claims)
  })
  return {
    accuracy: shareOf(pairs, ({ truth, said }) => truth === said),
    macroF1: f1.reduce((sum, value) => sum + value, 0) / classes.length,
  }
}
