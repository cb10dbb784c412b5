import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { newId } from '#platform/ids'
import { Secret } from './secret'

/** 32 bytes that open every secret sealed with them; the id says which key a secret needs. */
export interface MasterKey {
  readonly id: string
  readonly bytes: Buffer
}

const KEY_BYTES = 32
const NONCE_BYTES = 12 // what GCM is specified for: NIST SP 800-38D, 8.2
const TAG_BYTES = 16

export function makeMasterKey(): MasterKey {
  return { id: newId('key'), bytes: randomBytes(KEY_BYTES) }
}

/** What binds a sealed secret to its place: moved to another row or column, or to another key, it does not open. */
export interface Place {
  readonly id: string
  readonly purpose: 'secret' | 'passphrase' | 'master key' | 'signing'
}

/** AES-256-GCM with a random nonce; `v1.` and base64url of nonce, tag and ciphertext. */
export function seal(key: MasterKey, place: Place, secret: Secret): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce).setAAD(associatedData(key, place))
  const sealed = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final()])
  return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`
}

/** Undefined when it was changed, moved, or sealed with another key. */
export function unseal(key: MasterKey, place: Place, sealed: string): Secret | undefined {
  if (!sealed.startsWith('v1.')) return undefined
  const bytes = Buffer.from(sealed.slice(3), 'base64url')
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(associatedData(key, place)).setAuthTag(tag)
  try {
    const opened = [decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]
    return new Secret(Buffer.concat(opened).toString('utf8'))
  } catch {
    return undefined // the tag does not fit: that is the one thing `final` throws for
  }
}

/** Says whether a key is the one a store was sealed with, and nothing about the key. */
export function checkValueOf(key: MasterKey): string {
  return createHmac('sha256', key.bytes).update(`quarterdeck key check v1 ${key.id}`).digest('hex')
}

export function isKeyOf(checkValue: string, key: MasterKey): boolean {
  const expected = Buffer.from(checkValueOf(key))
  const given = Buffer.from(checkValue)
  return expected.length === given.length && timingSafeEqual(expected, given)
}

/** The key as text for the keychain. */
export function toKeyText(key: MasterKey): string {
  return key.bytes.toString('base64')
}

/** Undefined when it is no key of ours. */
export function parseKeyText(id: string, text: string): MasterKey | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === KEY_BYTES ? { id, bytes } : undefined
}

function associatedData(key: MasterKey, { id, purpose }: Place): Buffer {
  return Buffer.from(JSON.stringify(['quarterdeck v1', key.id, id, purpose]))
}
