import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '#contract'
import { type Imported, ImportFormat, type ImportLine } from '#contract/importers'
import { importRunbook, keepAll, namesTaken } from '#domains/importers'

export interface ImportFlags {
  readonly out?: string
  readonly format?: string
  readonly report: string
  readonly force?: boolean
}

type FromFile = Imported & { readonly source: string }

/**
 * Reads foreign files, prints what became of each thing in them, and with `--out` writes the runbooks: all or none,
 * and none over a file that is there unless forced. Exits 1 when a file gave no runbook.
 */
export async function importRunbooks(paths: readonly string[], flags: ImportFlags): Promise<void> {
  const format = formatOf(flags.format)
  if (flags.report !== 'table' && flags.report !== 'json')
    throw new Refusal('invalid_input', `\`--report ${flags.report}\` is not known: table or json.`)
  const files = paths.map((path) => ({ fileName: path, text: read(path) }))
  const results = files.map((file): FromFile => {
    const beside = files.filter((other) => other !== file)
    return {
      source: file.fileName,
      ...importRunbook({ ...file, ...(format && { format }), beside }),
    }
  })
  const runbooks = ownNames(results)
  const kept =
    flags.out === undefined ? undefined : await keep(flags.out, runbooks, flags.force === true)
  if (flags.report === 'json')
    print(JSON.stringify({ files: results, written: kept ?? [] }, undefined, 2))
  else results.forEach(printTable)
  if (flags.report === 'table') printEnd(runbooks.length, kept)
  if (results.some((result) => result.runbooks.length === 0)) process.exitCode = 1
}

const print = (text: string): void => void process.stdout.write(`${text}\n`)

function formatOf(given: string | undefined): ImportFormat | undefined {
  if (given === undefined) return undefined
  const parsed = ImportFormat.safeParse(given)
  if (parsed.success) return parsed.data
  throw new Refusal(
    'invalid_input',
    `\`--format ${given}\` is not known: ${ImportFormat.options.join(', ')}.`,
  )
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Refusal(
      'not_found',
      `${path} cannot be read (${String(error)}). Nothing was written.`,
      { cause: error },
    )
  }
}

/** Files that would give runbooks of one name each keep theirs, with a number. */
function ownNames(results: readonly FromFile[]): { fileName: string; markdown: string }[] {
  const taken = new Set<string>()
  return results.flatMap(({ runbooks }) =>
    runbooks.map(({ fileName, markdown }) => {
      let name = fileName
      for (let n = 2; taken.has(name); n += 1) name = fileName.replace(/\.md$/, `-${n}.md`)
      taken.add(name)
      return { fileName: name, markdown }
    }),
  )
}

async function keep(
  folder: string,
  runbooks: readonly { fileName: string; markdown: string }[],
  force: boolean,
): Promise<string[]> {
  const there = force
    ? []
    : await namesTaken(
        folder,
        runbooks.map(({ fileName }) => fileName),
      )
  if (there.length > 0)
    throw new Refusal(
      'conflict',
      `${there.join(', ')} ${there.length === 1 ? 'is' : 'are'} in ${folder} already. Nothing was written. Choose another folder, or --force.`,
    )
  const files = await keepAll(folder, runbooks, force)
  await files.done()
  return runbooks.map(({ fileName }) => join(folder, fileName))
}

const LEVELS: Readonly<Record<ImportLine['level'], string>> = {
  mapped: 'mapped',
  changed: 'changed',
  left_out: 'left out',
  needs_you: 'needs you',
}

/** Line, what became of it, the thing, why, and what to do, in columns. */
function printTable({ source, format, runbooks, report }: FromFile): void {
  print(
    `${source}: ${format ?? 'not known'} → ${runbooks.map(({ fileName }) => fileName).join(', ') || 'no runbook'}`,
  )
  const rows = report.map(
    ({ line, level, item }) => [String(line), LEVELS[level], cut(item)] as const,
  )
  const widths = [0, 1, 2].map((column) => Math.max(4, ...rows.map((row) => row[column]!.length)))
  for (const [at, row] of rows.entries()) {
    const { why, todo } = report[at]!
    const columns = row.map((cell, column) =>
      column === 0 ? cell.padStart(widths[0]!) : cell.padEnd(widths[column]!),
    )
    print(`  ${columns.join('  ')}  ${why}${todo === '' ? '' : ` → ${todo}`}`)
  }
  const counts = Object.entries(LEVELS).map(
    ([level, word]) => `${report.filter((line) => line.level === level).length} ${word}`,
  )
  print(`  ${counts.join(', ')}\n`)
}

function cut(item: string): string {
  return item.length > 48 ? `${item.slice(0, 47).toWellFormed()}…` : item
}

function printEnd(count: number, kept: readonly string[] | undefined): void {
  if (kept)
    print(
      kept.length === 0
        ? 'Nothing was written.'
        : `Written:\n${kept.map((path) => `  ${path}`).join('\n')}`,
    )
  else if (count > 0) print('Nothing was written: say where with --out FOLDER.')
}
