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

const short = (revision: string) => revision.slice(0, 7)

/** What it belongs to: `checkout → production`, `shop/web main`. */
export function aboutWords(change: Change): string {
  if (change.kind === 'deployment') {
    const what = `${change.service} → ${change.environment}`
    return change.revision === null ? what : `${what} @ ${short(change.revision)}`
  }
  const revision = change.kind === 'commit' ? short(change.revision) : ''
  return [change.repository, change.branch, revision].filter(Boolean).join(' ')
}
