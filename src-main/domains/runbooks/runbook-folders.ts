import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { type FSWatcher, watch } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { RiskTier, type RunbookId } from '#contract/primitives'
import type { RunbookProblem, RunbookRecord } from '#contract/runbooks'
import type { Assessment, Classify } from '#domains/risk'
import type { Log } from '#platform/log'
import { createRest } from '#platform/slices'
import { parseRunbook } from './runbook-parser'
import { assessStep } from './runbook-shell'

/** A folder of runbooks and whose they are. */
export interface Folder {
  readonly path: string
  readonly origin: RunbookRecord['origin']
}

/** A runbook's file as it was read. */
export interface Entry {
  readonly record: RunbookRecord
  readonly body: string
  readonly highestTier: RiskTier
}

const LARGEST_BYTES = 500_000
const SETTLE_MS = 150
/** Who takes whose place when two folders have a runbook of the same name: the later one. */
const PRECEDENCE: readonly RunbookRecord['origin'][] = ['shipped', 'demo', 'mine']

/** Earlier ones give way to later ones. */
export function byPrecedence(one: Folder, other: Folder): number {
  return PRECEDENCE.indexOf(one.origin) - PRECEDENCE.indexOf(other.origin)
}

/** Reads a folder's Markdown files; what did not change since the last time is not parsed again. Stops when `closing`. */
export function createReader(
  classify: Classify,
  log: Log,
  closing: AbortSignal,
): (folder: Folder) => Promise<Entry[]> {
  const known = new Map<string, Entry>()
  return async (folder) => {
    const entries: Entry[] = []
    const taken = new Set<string>()
    const remembered = remember(classify)
    const rest = createRest()
    for await (const { file, path, read } of readAll(
      folder.path,
      await filesOf(folder.path, log),
    )) {
      if (closing.aborted) break
      if (!read) continue // gone since the folder was listed
      let entry = known.get(path)
      if (entry?.record.revision !== read.revision || taken.has(entry.record.id)) {
        entry = parse({ ...read, path, origin: folder.origin, file, taken }, remembered)
        known.set(path, entry)
        await rest() // a large folder must not hold up the start
      }
      taken.add(entry.record.id)
      entries.push(entry)
    }
    return entries
  }
}

async function filesOf(path: string, log: Log): Promise<string[]> {
  const files = await readdir(path).catch((error: unknown) => {
    log.warn({ error, path }, 'a folder of runbooks cannot be read')
    return []
  })
  return files
    .filter((file) => file.endsWith('.md') && !file.startsWith('.'))
    .filter((file) => file.toLowerCase() !== 'readme.md')
    .toSorted((one, other) => rankOf(one) - rankOf(other) || one.localeCompare(other))
}

/** A file that is named as it should be keeps its name when another one would get the same. */
function rankOf(file: string): number {
  return /^[a-z0-9][a-z0-9-]*\.md$/.test(file) ? 0 : 1
}

/** The same code is asked about for its kind, for its warnings and for the list. */
function remember(classify: Classify): Classify {
  const known = new Map<string, Assessment>()
  return (code, language) => {
    const key = `${language}\n${code}`
    const found = known.get(key) ?? classify(code, language)
    known.set(key, found)
    return found
  }
}

/** How many files are read from disk while those before them are parsed. */
const AHEAD = 32

/** The texts of these files in their order. */
async function* readAll(folder: string, files: readonly string[]) {
  const readSome = (from: number) =>
    Promise.all(
      files.slice(from, from + AHEAD).map(async (file) => {
        const path = join(folder, file)
        return { file, path, read: await readText(path) }
      }),
    )
  let next = readSome(0)
  for (let at = 0; at < files.length; at += AHEAD) {
    const these = await next
    next = readSome(at + AHEAD)
    yield* these
  }
}

interface Text {
  readonly content: string
  readonly revision: string
  readonly problem: string | undefined
}

/** A file that is there but cannot be read as text is a runbook with a problem, so that nobody misses it in silence. */
async function readText(path: string): Promise<Text | undefined> {
  try {
    const { size } = await stat(path)
    if (size > LARGEST_BYTES) return unreadable(`It is larger than ${LARGEST_BYTES / 1000} kB.`)
    const bytes = await readFile(path)
    if (!isUtf8(bytes)) return unreadable('It is not UTF-8 text.')
    const revision = createHash('sha256').update(bytes).digest('hex')
    return { content: bytes.toString('utf8'), revision, problem: undefined }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    return unreadable(
      `It cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    )
  }
}

function unreadable(problem: string): Text {
  return { content: '', revision: createHash('sha256').update(problem).digest('hex'), problem }
}

function parse(
  file: Text & Folder & { file: string; taken: ReadonlySet<string> },
  classify: Classify,
): Entry {
  const { id, renamed } = idFor(file.file, file.taken)
  const parsed = parseRunbook(id, file.content, classify)
  const problems: RunbookProblem[] = file.problem
    ? [{ line: 1, level: 'error', message: file.problem }]
    : parsed.problems
  if (renamed)
    problems.unshift({
      line: 1,
      level: 'warning',
      message: `The file's name should be lower case words joined by hyphens; this runbook is called \`${id}\`.`,
    })
  const runbook = file.problem ? null : parsed.runbook
  const tiers = (runbook?.steps ?? []).map((step) =>
    RiskTier.options.indexOf(assessStep(step, classify).tier),
  )
  return {
    record: {
      id,
      origin: file.origin,
      path: file.path,
      revision: file.revision,
      markdown: file.content,
      runbook,
      problems,
    },
    body: parsed.body,
    highestTier: RiskTier.options[Math.max(0, ...tiers)]!,
  }
}

function idFor(file: string, taken: ReadonlySet<string>): { id: RunbookId; renamed: boolean } {
  const name = file.slice(0, -'.md'.length)
  const words = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 110)
  const base = words === '' ? 'runbook' : words
  let id = base
  for (let n = 2; taken.has(id); n += 1) id = `${base}-${n}`
  return { id: id as RunbookId, renamed: id !== name }
}

/** One runbook a name: the later takes the earlier one's place, and says so. */
export function overlay(entries: readonly Entry[]): Map<RunbookId, Entry> {
  const result = new Map<RunbookId, Entry>()
  for (const entry of entries) {
    const { id } = entry.record
    const below = result.get(id)
    result.set(id, below ? { ...entry, record: tellOverride(entry.record, below.record) } : entry)
  }
  return result
}

function tellOverride(record: RunbookRecord, below: RunbookRecord): RunbookRecord {
  const message = `It takes the place of the ${below.origin} runbook of the same name.`
  return { ...record, problems: [{ line: 1, level: 'warning', message }, ...record.problems] }
}

/** Reads again once the folder has been quiet for a moment: editors write a file in several strokes. */
export function watchFolder(
  path: string,
  changed: () => Promise<void>,
  log: Log,
): { close(): void } {
  let timer: NodeJS.Timeout | undefined
  let watcher: FSWatcher | undefined
  const complain = (error: unknown) =>
    log.warn({ error, path }, 'own runbooks are not watched; reload them by hand')
  try {
    watcher = watch(path, { persistent: false }, () => {
      clearTimeout(timer)
      timer = setTimeout(() => void changed().catch(complain), SETTLE_MS)
    })
    watcher.on('error', complain)
  } catch (error) {
    complain(error)
  }
  return {
    close() {
      clearTimeout(timer)
      watcher?.close()
    },
  }
}
