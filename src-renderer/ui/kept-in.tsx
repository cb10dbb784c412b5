import type { VaultTier } from '#contract/credentials'

const WORDS: Readonly<Record<VaultTier, string>> = {
  'os-keychain': 'in the keychain',
  passphrase: 'in the store, under a passphrase',
  memory: 'in memory, for one session only',
  'insecure-file': 'in a file that any program of this account can read',
}

/** Where the private half of a signing key is. */
export function keptWords(keptIn: VaultTier): string {
  return WORDS[keptIn]
}
