import type { PullState, PullTest } from '#contract/pulls'
import type { Tone } from '#ui/chip'

const STAGES: Readonly<Record<PullTest['stages'][number]['stage'], string>> = {
  name: 'Name',
  tcp: 'Connection',
  tls: 'TLS',
  auth: 'Sign-in',
  permission: 'Rights',
  shape: 'Answer',
}

export const stageWord = (stage: PullTest['stages'][number]['stage']) => STAGES[stage]

/** How it stands with a pull, in a word or two. */
export function pullWord({ running, circuit, failures, lastOkAt, problem }: PullState): {
  word: string
  tone: Tone
} {
  if (running) return { word: 'asking now', tone: 'active' }
  if (circuit === 'open') return { word: 'asked rarely: it keeps failing', tone: 'bad' }
  if (circuit === 'half_open') return { word: 'trying again', tone: 'attention' }
  if (failures > 0 || problem !== '')
    return { word: failures > 1 ? `failed ${failures} times` : 'a problem', tone: 'attention' }
  return lastOkAt === null
    ? { word: 'not asked yet', tone: 'neutral' }
    : { word: 'up to date', tone: 'good' }
}
