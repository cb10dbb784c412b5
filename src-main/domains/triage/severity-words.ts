import { wordsOf } from '#platform/ops-words'
import type { SeverityReading } from './severity-model'

/** Words that alert rules use for how bad it is, strongest first in each line. */
const ALARMING: readonly (readonly [SeverityReading['severity'], string])[] = [
  [
    'critical',
    'down outage unavailable unreachable dead corrupted corruption lost quorum split brain panic exhausted hung',
  ],
  [
    'high',
    'fail failing error full crash oom killed refused stuck locked blocked exceeded throttled degraded',
  ],
]

/** The urgency that single words carry whatever is around them; medium when there is none. */
export function readAlarmingWords(text: string): SeverityReading {
  const said = wordsOf(text)
  for (const [severity, line] of ALARMING) {
    const found = wordsOf(line).filter((word) => said.includes(word))
    if (found.length > 0) return { severity, words: [...new Set(found)].slice(0, 5) }
  }
  return { severity: 'medium', words: [] }
}
