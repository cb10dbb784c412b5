import type { VaultStatus, VaultTier } from '#contract/credentials'
import type { KeychainError } from './keychain'

// What a vault that is shut says: what is wrong, what was kept, what to do.

const REMEDY =
  'Without a keychain, start Quarterdeck with `--vault passphrase`; or, for this session only, with `--vault memory`: secrets are then forgotten when it stops.'

export function explainTrouble(tier: VaultTier, { trouble, message }: KeychainError): string {
  if (tier === 'insecure-file')
    return `The key file cannot be used. ${message}. Nothing was changed. Put it right, then press Unlock.`
  if (trouble === 'locked')
    return `The system's keychain is locked (${message}). Unlock it, or answer its question, then press Unlock. ${REMEDY}`
  if (trouble === 'denied')
    return `The system's keychain refused Quarterdeck (${message}). Allow it there, then press Unlock.`
  return `The system's keychain cannot be reached (${message}). On Linux a Secret Service such as gnome-keyring or KWallet must run in this session; then press Unlock. ${REMEDY}`
}

export function lostKey(tier: VaultTier, sealed: number): string {
  const where =
    tier === 'insecure-file' ? 'The key file in the data folder' : "The system's keychain"
  const remedy =
    tier === 'insecure-file'
      ? 'Put the file back from a backup of the data folder, then press Unlock'
      : 'Sign in to the desktop account that made the key or restore its keychain, then press Unlock'
  return (
    `${where} does not hold the key that ${count(sealed)} sealed with. Nothing was changed. ${remedy}; or start over: ` +
    'connections stay, and each secret is entered again.'
  )
}

const KEPT: Record<VaultTier, string> = {
  'os-keychain': "a key in the system's keychain",
  passphrase: 'a key that opens with a passphrase',
  memory: 'a key that was kept in memory and is gone',
  'insecure-file': 'a key in a file of the data folder',
}

/** `asked`: the tier was chosen at this start, by an option or a variable. */
export function otherTier(
  stored: VaultTier,
  { tier, asked }: { tier: VaultTier; asked: boolean },
  sealed: number,
): string {
  const sealedWith = `${count(sealed)} sealed with ${KEPT[stored]}`
  if (stored === 'memory')
    return `This store was last used with \`--vault memory\`, and ${sealedWith}. Start over: connections stay, and each secret is entered again.`
  const here = asked
    ? `but Quarterdeck was started with \`--vault ${tier}\``
    : `but Quarterdeck was started without \`--vault ${stored}\``
  const back = asked
    ? stored === 'insecure-file'
      ? 'Start it with `--vault insecure-file`'
      : 'Start it without that option'
    : 'Start it with that option'
  const move = tier === 'memory' ? '' : ', or move the secrets here: all are sealed anew, or none'
  return `${sealedWith[0]!.toUpperCase()}${sealedWith.slice(1)}, ${here}. Nothing was changed. ${back}${move}.`
}

const LOCKED_BY: Record<NonNullable<VaultStatus['lockedBy']>, string> = {
  operator: 'The vault was locked by hand.',
  idle: 'Nobody was at the console for a while, so the vault was locked.',
  screen: 'The screen was locked, and the vault with it.',
}

export function lockedWords(by: NonNullable<VaultStatus['lockedBy']>, tier: VaultTier): string {
  const how = tier === 'passphrase' ? 'Enter the passphrase to unlock it.' : 'Press Unlock.'
  return `${LOCKED_BY[by]} Steps that need a secret wait, and signed deliveries are kept unread. ${how}`
}

export const ASK_PASSPHRASE =
  'The vault opens with its passphrase. Until then steps that need a secret wait, and signed deliveries are kept unread.'
export const ASK_NEW_PASSPHRASE =
  'Choose the passphrase that will open this vault. It is kept nowhere: whoever forgets it has to enter every secret again.'
export const INSECURE =
  'The key of the vault lies in a file of the data folder: whoever can read that folder, or a copy of it, can read every secret.'

function count(sealed: number): string {
  return sealed === 1 ? '1 secret is' : `${sealed} secrets are`
}
