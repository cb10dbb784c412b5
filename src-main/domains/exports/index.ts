import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExportKind } from '#contract/exports'
import type { RunId } from '#contract/primitives'
import { type Database, transact } from '#platform/database'
import { toCanonicalJson } from '#platform/canonical-json'
import type { Audit } from '#domains/audit'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { gather, type Sources } from './gathering'
import { drawRun } from './run-document'

// Runs as files: one that a program checks, one that a person reads and prints. Owns no table, changes no run.
export { verifyExport } from './verifying'

/** A run as a file. */
export interface ExportFile {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Uint8Array
  readonly sha256: string
}

export interface Exports extends Serves<'exports'> {
  /** Makes the file and writes down that it was made. Refused with `not_found`, or `conflict` while the run goes on. */
  make(runId: RunId, kind: ExportKind, by: string): Promise<ExportFile>
}

interface Needs extends Sources {
  readonly database: Database
  readonly clock: Clock
  readonly audit: Audit
  /** Folder with `fonts/`. */
  readonly resources: string
  readonly dataFolder: string
}

/** Of one piece that crosses to the renderer, before base64. */
const PIECE_BYTES = 256 * 1024

export function createExports(needs: Needs): Exports {
  const { dataFolder } = needs
  const make: Exports['make'] = (runId, kind, by) => makeFile(needs, runId, kind, by)
  return {
    make,
    async *run({ runId, kind }, { operator, signal }) {
      const { bytes, ...file } = await make(runId, kind, operator.name)
      const sizeBytes = bytes.byteLength
      for (let at = 0; at < sizeBytes && !signal.aborted; at += PIECE_BYTES) {
        const piece = Buffer.from(bytes.subarray(at, at + PIECE_BYTES))
        yield { ...file, sizeBytes, base64: piece.toString('base64') }
      }
    },
    async save({ runId, kind }, { operator }) {
      const file = await make(runId, kind, operator.name)
      const path = join(dataFolder, 'exports', file.name)
      await mkdir(join(dataFolder, 'exports'), { recursive: true, mode: 0o700 })
      await writeExport(path, file)
      return { path, sizeBytes: file.bytes.byteLength, sha256: file.sha256 }
    },
  }
}

/** The file, and beside it its hash as `sha256sum --check` reads it. */
export async function writeExport(path: string, file: ExportFile): Promise<void> {
  await writeFile(path, file.bytes, { mode: 0o600 })
  await writeFile(`${path}.sha256`, `${file.sha256}  ${file.name}\n`, { mode: 0o600 })
}

async function makeFile(
  needs: Needs,
  runId: RunId,
  kind: ExportKind,
  by: string,
): Promise<ExportFile> {
  const { database, clock, audit, resources } = needs
  const document = await gather(needs, runId, { name: by, at: clock.now() })
  const json = Buffer.from(toCanonicalJson(document))
  const isJson = kind === 'json'
  const bytes = isJson ? json : await drawRun(document, json, join(resources, 'fonts'))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  // Whoever has the audit log can tell a file that was made here from one that was made up.
  await transact(database.db, (tx) =>
    audit.record(tx, {
      actor: by,
      action: 'run.exported',
      subject: runId,
      detail: { kind, sha256, whole: document.digests.whole },
    }),
  )
  const mediaType = isJson ? 'application/json' : 'application/pdf'
  return { name: `${runId}.${kind}`, mediaType, bytes, sha256 }
}
