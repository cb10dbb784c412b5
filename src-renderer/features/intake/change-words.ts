import type { Change } from '#contract/changes'
import type { Tone } from '#ui/chip'

const TONES: Readonly<Record<string, Tone>> = {
  succeeded: 'good',
  merged: 'good',
  failed: 'bad',
  running: 'active',
}

/** How it stands with a change; commits have no state. */
export function stateWords(change: Change): { word: string; tone: Tone } {
  if (change.kind === 'commit') return { word: '', tone: 'neutral' }
  const draft = change.kind === 'pull_request' && change.draft && change.state === 'open'
  return { word: draft ? 'draft' : change.state, tone: TONES[change.state] ?? 'neutral' }
}

/** What it belongs to: `checkout → production`, `shop/web main`. */
export function aboutWords(change: Change): string {
  switch (change.kind) {
    case 'deployment':
      return `${change.service} → ${change.environment}${change.revision === null ? '' : ` @ ${change.revision.slice(0, 7)}`}`
    case 'commit':
      return [change.repository, change.branch, change.revision.slice(0, 7)]
        .filter(Boolean)
        .join(' ')
    default:
      return [change.repository, change.branch].filter(Boolean).join(' ')
  }
}
