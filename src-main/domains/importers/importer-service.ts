import { Refusal } from '#contract'
import type { ForeignFile } from '#contract/importers'
import type { Audit } from '#domains/audit'
import { lintRunbook, type Runbooks } from '#domains/runbooks'
import type { Serves } from '#platform/caller'
import { type Database, transact } from '#platform/database'
import { importRunbook } from './import-runbook'
import { keepAll, namesTaken } from './keep-runbooks'

interface Needs {
  readonly database: Database
  readonly audit: Audit
  readonly runbooks: Runbooks
}

export type Importers = Serves<'importers'>

/** Shows what foreign files would become, and keeps what an operator wants to have: all of it or nothing. */
export function createImporterService({ database, audit, runbooks }: Needs): Importers {
  return {
    preview: ({ files }) => files.map((file) => preview(file, files)),
    async keep({ runbooks: wanted, replace }, caller) {
      const names = wanted.map(({ fileName }) => fileName)
      refuseBad(wanted)
      const { folder } = await runbooks.list({}, caller)
      const there = replace ? [] : await namesTaken(folder, names)
      if (there.length > 0)
        throw new Refusal(
          'conflict',
          `${listed(there)} ${there.length === 1 ? 'is' : 'are'} in your folder already. Nothing was kept. Leave ${there.length === 1 ? 'it' : 'them'} out, or say that ${there.length === 1 ? 'it is' : 'they are'} replaced.`,
        )
      const files = await keepAll(folder, wanted, replace)
      try {
        await transact(database.db, (tx) =>
          audit.record(tx, {
            actor: caller.operator.name,
            action: 'runbooks.imported',
            subject: folder,
            detail: { files: names },
          }),
        )
      } catch (error) {
        await files.undo()
        throw error
      }
      await files.done()
      await runbooks.reload({}, caller)
      return { kept: names, folder }
    },
  }
}

function preview(file: ForeignFile, files: readonly ForeignFile[]) {
  const imported = importRunbook({ ...file, beside: files.filter((other) => other !== file) })
  return {
    ...imported,
    source: file.fileName,
    problems: imported.runbooks.map(({ markdown }) => lintRunbook(markdown)),
  }
}

function refuseBad(wanted: readonly { fileName: string; markdown: string }[]): void {
  const twice = wanted.find(
    ({ fileName }, at) => wanted.findIndex((other) => other.fileName === fileName) !== at,
  )
  if (twice)
    throw new Refusal(
      'invalid_input',
      `Two of the runbooks are called ${twice.fileName}. Nothing was kept. Give one another name.`,
    )
  for (const { fileName, markdown } of wanted) {
    const error = lintRunbook(markdown).find(({ level }) => level === 'error')
    if (error)
      throw new Refusal(
        'invalid_input',
        `${fileName} has an error in line ${error.line}: ${error.message} Nothing was kept.`,
      )
  }
}

function listed(names: readonly string[]): string {
  return names.length > 5
    ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`
    : names.join(', ')
}
