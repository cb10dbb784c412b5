import type { Severity } from '#contract/primitives'
import { wordsOf } from '#platform/ops-words'
import type { SeverityModel } from './severity'

/** Words that alert rules use for how bad it is, strongest first in each line. */
const ALARMING: readonly (readonly [Severity, string])[] = [
  [
    'critical',
    'down outage unavailable unreachable dead corrupted corruption lost quorum split brain panic exhausted hung',
  ],
  [
    'high',
    'fail failing error full crash oom killed refused stuck locked blocked exceeded throttled degraded',
  ],
]

/** Reads urgency from an alert's words alone, where its source says nothing. */
export const severityByWords: SeverityModel = ({ name, summary, description }) => {
  const said = wordsOf(`${name} ${summary} ${description}`)
  for (const [severity, line] of ALARMING) {
    const found = wordsOf(line).filter((word) => said.includes(word))
    if (found.length > 0) return { severity, words: [...new Set(found)].slice(0, 5) }
  }
  return { severity: 'medium', words: [] }
}
