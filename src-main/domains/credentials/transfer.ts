import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Refusal } from '#contract'
import { CredentialKind } from '#contract/credentials'
import { RunbookId, type Timestamp } from '#contract/primitives'
import { toCanonicalJson } from '#platform/canonical-json'
import { deriveKey, KdfParams, newKdfParams } from './passphrase'
import { Secret } from './secret'

// The file of an export, version 1, described in README.md beside this file.

const FORMAT = 'quarterdeck credentials'
const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16

const Header = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  madeAt: z.int().nonnegative(),
  kdf: KdfParams,
  cipher: z.strictObject({ name: z.literal('aes-256-gcm'), nonce: z.base64() }),
})
const ExportText = Header.extend({ tag: z.base64(), sealed: z.base64() })

/** One credential in an export, with its secret in the clear: only between opening and sealing. */
export const Carried = z.strictObject({
  name: z.string().trim().min(1).max(80),
  kind: CredentialKind,
  secret: z.string().min(1).max(64_000),
  passphrase: z.string().max(1000),
  certificate: z.string().max(64_000),
  runbooks: z.array(RunbookId).nullable(),
})
export type Carried = z.infer<typeof Carried>
const Contents = z.strictObject({ credentials: z.array(Carried) })

export interface OpenedExport {
  readonly madeAt: Timestamp
  readonly credentials: readonly Carried[]
}

export async function sealExport(
  credentials: readonly Carried[],
  passphrase: Secret,
  madeAt: Timestamp,
): Promise<string> {
  const nonce = randomBytes(NONCE_BYTES)
  const kdf = newKdfParams()
  const cipher = { name: 'aes-256-gcm', nonce: nonce.toString('base64') } as const
  const header = { format: FORMAT, version: VERSION, madeAt, kdf, cipher } as const
  const machine = createCipheriv('aes-256-gcm', await deriveKey(passphrase, kdf), nonce)
  machine.setAAD(Buffer.from(toCanonicalJson(header)))
  const text = JSON.stringify({ credentials })
  const sealed = Buffer.concat([machine.update(text, 'utf8'), machine.final()])
  const tag = machine.getAuthTag().toString('base64')
  return `${JSON.stringify({ ...header, tag, sealed: sealed.toString('base64') }, null, 2)}\n`
}

/** Refused with `invalid_input`: no export, a newer one, cut short, a wrong passphrase, or changed. */
export async function openExport(text: string, passphrase: Secret): Promise<OpenedExport> {
  const { tag, sealed, ...header } = readFile(text)
  const key = await deriveKey(passphrase, header.kdf)
  const opened = decrypt(key, header, { tag, sealed })
  if (opened === undefined)
    throw invalid(
      'It does not open: the passphrase is another one, or the file was changed after it was made.',
    )
  const contents = Contents.safeParse(parseJson(opened))
  if (!contents.success)
    throw invalid('It opens, but what is in it does not fit: it was made by another program.')
  return { madeAt: header.madeAt, credentials: contents.data.credentials }
}

function readFile(text: string): z.infer<typeof ExportText> {
  const json = parseJson(text)
  const known = ExportText.safeParse(json)
  if (known.success) return known.data
  const { format, version } = (json ?? {}) as { format?: unknown; version?: unknown }
  if (format !== FORMAT)
    throw invalid(
      text.includes(FORMAT)
        ? 'The file is damaged: it was cut short or changed. Copy it again from where it was made.'
        : 'This is no export of Quarterdeck’s credentials.',
    )
  if (typeof version === 'number' && version > VERSION)
    throw invalid('It was made by a newer Quarterdeck. Import it with that version.')
  throw invalid('The file is damaged. Copy it again from where it was made.')
}

function decrypt(
  key: Buffer,
  header: z.infer<typeof Header>,
  { tag, sealed }: { tag: string; sealed: string },
): string | undefined {
  const nonce = Buffer.from(header.cipher.nonce, 'base64')
  const tagBytes = Buffer.from(tag, 'base64')
  if (nonce.length !== NONCE_BYTES || tagBytes.length !== TAG_BYTES) return undefined
  const machine = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  machine.setAAD(Buffer.from(toCanonicalJson(header))).setAuthTag(tagBytes)
  try {
    const opened = [machine.update(Buffer.from(sealed, 'base64')), machine.final()]
    return Buffer.concat(opened).toString('utf8')
  } catch {
    return undefined // the tag does not fit: that is the one thing `final` throws for
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function invalid(message: string): Refusal {
  return new Refusal('invalid_input', `${message} Nothing was imported.`)
}
