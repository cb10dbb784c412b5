import type { VaultStatus, VaultTier } from '#contract/credentials'
import type { Tone } from '#ui/chip'

/** What each tier means for whoever chooses it. */
export const TIERS: Readonly<Record<VaultTier, { title: string; about: string }>> = {
  'os-keychain': {
    title: 'System keychain',
    about:
      'Opens by itself while you are signed in to this desktop. The best choice where there is one.',
  },
  passphrase: {
    title: 'Passphrase',
    about:
      'Opens when you type it, at each start and after each lock. For machines without a keychain.',
  },
  memory: {
    title: 'Memory',
    about: 'Every secret is forgotten when Quarterdeck stops. For demonstrations.',
  },
  'insecure-file': {
    title: 'Key file, not safe',
    about: 'Whoever can read the data folder, or a copy of it, can read every secret.',
  },
}

export const STATE_WORDS: Readonly<Record<VaultStatus['state'], { word: string; tone: Tone }>> = {
  unlocked: { word: 'unlocked', tone: 'good' },
  locked: { word: 'locked', tone: 'attention' },
  unavailable: { word: 'cannot be reached', tone: 'bad' },
  mismatch: { word: 'another key', tone: 'bad' },
}

/** What is wrong with two entries of a new passphrase; null when nothing is. Main judges it again. */
export function passphraseProblem(first: string, again: string): string | null {
  if (first.length < 12) return 'At least 12 characters: four or five words are easy to type.'
  if (first !== again) return 'The two are not the same.'
  return null
}
