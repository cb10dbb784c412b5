import type { EgressEntry } from '#contract/egress'
import type { Tone } from '#ui/chip'

interface Words {
  text: string
  tone: Tone
}

const OUTCOMES: Readonly<Record<Exclude<EgressEntry['outcome'], 'answered'>, Words>> = {
  refused: { text: 'Kept here', tone: 'active' },
  failed: { text: 'No answer', tone: 'bad' },
  cancelled: { text: 'Taken back', tone: 'neutral' },
  unknown: { text: 'Not known', tone: 'attention' },
}

/** What became of a request: the status of its answer, or a word. */
export function outcomeWords({ outcome, status }: Pick<EgressEntry, 'outcome' | 'status'>): Words {
  if (outcome !== 'answered') return OUTCOMES[outcome]
  return { text: String(status), tone: status !== null && status < 400 ? 'good' : 'attention' }
}

/** `312 B`, `4.2 kB`, `1.3 MB` */
export function bytesWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}
