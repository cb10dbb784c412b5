import { userInfo } from 'node:os'
import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Refusal } from '#contract'
import { RunId } from '#contract/primitives'
import { createApprovalArchive } from '#domains/approvals'
import { createAudit } from '#domains/audit'
import { createExports, verifyExport, writeExport } from '#domains/exports'
import { createRunArchive } from '#domains/runs'
import { systemClock } from '#platform/clock'
import { type Flags, parseConfig } from '#platform/config'
import { openDataFolder } from '#platform/data-folder'
import { createMasking } from '#platform/masking'
import { openStore } from '#platform/store'
import { openHost } from './console'

const print = (text: string): void => void process.stdout.write(`${text}\n`)

export interface ExportFlags extends Flags {
  readonly json?: boolean
  readonly pdf?: boolean
  readonly out?: string
}

/** Writes a run into a file, and its SHA-256 beside it. Works beside a running console: it drives nothing. */
export async function exportRun(id: string, flags: ExportFlags): Promise<void> {
  const runId = RunId.safeParse(id)
  if (!runId.success)
    throw new Refusal('invalid_input', `${id} is no run's id: those look like run_01J9Q3…`)
  if (flags.json && flags.pdf)
    throw new Refusal('invalid_input', 'Give one of --json and --pdf; the PDF has the JSON in it.')
  const config = parseConfig(flags, process.env)
  const folder = openDataFolder(config.dataFolder)
  const database = await openStore(folder, { url: config.databaseUrl, suspicious: false })
  try {
    const exports = createExports({
      database,
      clock: systemClock,
      audit: createAudit({ database, clock: systemClock }),
      masking: createMasking(), // outputs were masked when they were written
      archive: createRunArchive(database, folder.path),
      approvals: createApprovalArchive(database),
      version: QUARTERDECK_VERSION,
      resources: openHost(config).resources,
      dataFolder: folder.path,
    })
    const file = await exports.make(runId.data, flags.pdf ? 'pdf' : 'json', userInfo().username)
    const path = flags.out ?? file.name
    await writeExport(path, { ...file, name: basename(path) }).catch((error: unknown) => {
      throw new Refusal('conflict', `${path} cannot be written (${String(error)}).`, {
        cause: error,
      })
    })
    print(`Exported to ${path}, SHA-256 ${file.sha256}, which is also in ${path}.sha256`)
  } finally {
    await database.close()
  }
}

/** Says whether an exported JSON is as it was made, and names what was changed. Exits 1 when something was. */
export function verifyRun(path: string, { digest }: { digest?: string }): void {
  const bytes = read(path)
  if (bytes.subarray(0, 5).toString('latin1') === '%PDF-')
    throw new Refusal(
      'invalid_input',
      `${path} is a PDF: save the JSON that is attached to it, and verify that.`,
    )
  const { ok, problems, notes, sha256, document } = verifyExport(bytes, digest ?? besides(path))
  for (const problem of problems) print(`${path}: ${problem}`)
  for (const note of notes) print(`${path}: note: ${note}`)
  if (ok && document)
    print(
      `${path} is as it was made: run ${JSON.stringify(document.run['id'])}, SHA-256 ${sha256}.`,
    )
  else process.exitCode = 1
}

/** What was written down in the file beside it, if there is one. */
function besides(path: string): string | undefined {
  const file = `${path}.sha256`
  return existsSync(file) ? read(file).toString('latin1').slice(0, 64) : undefined
}

function read(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new Refusal('not_found', `${path} cannot be read (${String(error)}).`, { cause: error })
  }
}
