import { createHash } from 'node:crypto'
import { type FSWatcher, watch } from 'node:fs'
import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import { Refusal } from '#contract'
import type { RiskTier, RunbookId } from '#contract/primitives'
import { RiskTier as Tiers } from '#contract/primitives'
import type { RunbookProblem, RunbookRecord, RunbookSummary } from '#contract/runbooks'
import type { RunbookMatch } from '#contract/triage'
import { type Classify, classify as classifyByParsing } from '#domains/risk'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import { parseRunbook } from './runbook-parser'
import {
  createRanking,
  type MatchQuery,
  type Ranking,
  type RankingDocument,
} from './runbook-ranking'
import { assessStep } from './runbook-shell'

// Runbooks as Markdown files: read, checked, searched. Runs nothing and knows no ticket.
export { createRanking } from './runbook-ranking'
export type { MatchQuery, Ranking, RankingDocument } from './runbook-ranking'
export { parseRunbook } from './runbook-parser'
export { inputInTarget } from './runbook-lint'
export { assessStep, interpreterOf } from './runbook-shell'
export { checkInputValue } from './runbook-values'
export { evaluateWhen, type StepFact, type WhenFacts } from './runbook-when'

/** Checks a text as if it were a runbook's file. */
export function lintRunbook(markdown: string): RunbookProblem[] {
  return parseRunbook('runbook' as RunbookId, markdown, classifyByParsing).problems
}

export interface Runbooks extends Serves<'runbooks'> {
  find(id: RunbookId): RunbookRecord | undefined
  /** Best first. A runbook whose `match.alerts` names the alert comes before any that only shares words. */
  rank(query: MatchQuery, limit: number): RunbookMatch[]
  /** Another folder of runbooks, such as the demo's; returns how to take it away again. */
  addFolder(path: string, origin: RunbookRecord['origin']): Promise<() => Promise<void>>
  /** Stops watching the operator's folder. */
  close(): Promise<void>
}

interface Needs {
  /** Folder with `runbooks/`, the shipped ones. */
  readonly resources: string
  /** `runbooks/` in it is the operator's own; made when it is not there. */
  readonly dataFolder: string
  readonly classify: Classify
  readonly clock: Clock
  readonly events: Events
  readonly log: Log
}

interface Folder {
  readonly path: string
  readonly origin: RunbookRecord['origin']
}

interface Entry {
  readonly record: RunbookRecord
  readonly body: string
  readonly highestTier: RiskTier
}

const LARGEST_BYTES = 500_000
const SETTLE_MS = 150
/** Who takes whose place when two folders have a runbook of the same name: the later one. */
const PRECEDENCE: readonly RunbookRecord['origin'][] = ['shipped', 'demo', 'mine']

/** Reads the shipped and the operator's runbooks, and keeps reading the latter when they change. */
export async function createRunbooks(needs: Needs): Promise<Runbooks> {
  const { classify, clock, events, log } = needs
  const mine: Folder = { path: join(needs.dataFolder, 'runbooks'), origin: 'mine' }
  let folders: Folder[] = [{ path: join(needs.resources, 'runbooks'), origin: 'shipped' }, mine]
  let entries = new Map<RunbookId, Entry>()
  let ranking: Ranking = createRanking([])
  const read = createReader(classify, log)
  let loading: Promise<unknown> = Promise.resolve()

  /** One at a time, so that an older reading never replaces a newer one. */
  function load(): Promise<void> {
    const next = loading.then(async () => {
      const ordered = folders.toSorted(
        (a, b) => PRECEDENCE.indexOf(a.origin) - PRECEDENCE.indexOf(b.origin),
      )
      entries = overlay((await Promise.all(ordered.map(read))).flat())
      ranking = createRanking([...entries.values()].flatMap(toDocument))
    })
    loading = next.catch(() => undefined) // whoever asked hears of it; the next reading is not held up
    return next
  }
  async function refresh(): Promise<void> {
    await load()
    events.publish('runbooks.changed', {})
  }

  await mkdir(mine.path, { recursive: true }).catch((error: unknown) =>
    log.warn({ error, folder: mine.path }, 'the folder for own runbooks cannot be made'),
  )
  await load()
  const watcher = watchFolder(mine.path, refresh, log)

  return {
    find: (id) => entries.get(id)?.record,
    rank: (query, limit) => ranking.rank(query, limit),
    async addFolder(path, origin) {
      const folder: Folder = { path, origin }
      folders = [...folders, folder]
      await refresh()
      return async () => {
        folders = folders.filter((candidate) => candidate !== folder)
        await refresh()
      }
    },
    list: () => ({
      items: [...entries.values()].map(summarise).toSorted(byTitle),
      folder: mine.path,
    }),
    get({ id }) {
      const entry = entries.get(id)
      if (!entry)
        throw new Refusal('not_found', `There is no runbook "${id}" any more. Reload the list.`)
      return entry.record
    },
    match: ({ text, limit }) => ranking.rank({ alertName: undefined, text, labels: {} }, limit),
    lint: ({ markdown }) => parseRunbook('runbook' as RunbookId, markdown, classify).problems,
    async reload() {
      await refresh()
      return { count: entries.size, at: clock.now() }
    },
    async close() {
      watcher.close()
      await loading
    },
  }
}

/** Reads a folder's Markdown files; what did not change since the last time is not parsed again. */
function createReader(classify: Classify, log: Log): (folder: Folder) => Promise<Entry[]> {
  const known = new Map<string, Entry>()
  return async ({ path, origin }) => {
    const files = await readdir(path).catch((error: unknown) => {
      log.warn({ error, path }, 'a folder of runbooks cannot be read')
      return []
    })
    const entries: Entry[] = []
    const taken = new Set<string>()
    for (const file of files.toSorted()) {
      if (!file.endsWith('.md') || file.startsWith('.') || file.toLowerCase() === 'readme.md')
        continue
      const at = join(path, file)
      const bytes = await readBytes(at)
      const revision = createHash('sha256').update(bytes.content).digest('hex')
      let entry = known.get(at)
      if (entry?.record.revision !== revision || bytes.problem) {
        entry = parse({ path: at, origin, revision, file, taken, ...bytes }, classify)
        known.set(at, entry)
        await breathe() // a large folder must not hold up the start
      }
      taken.add(entry.record.id)
      entries.push(entry)
    }
    return entries
  }
}

interface Bytes {
  readonly content: string
  readonly problem: string | undefined
}

async function readBytes(path: string): Promise<Bytes> {
  try {
    const { size } = await stat(path)
    if (size > LARGEST_BYTES)
      return { content: '', problem: `It is larger than ${LARGEST_BYTES / 1000} kB.` }
    return { content: await readFile(path, 'utf8'), problem: undefined }
  } catch (error) {
    return {
      content: '',
      problem: `It cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    }
  }
}

function parse(
  file: Bytes & Folder & { revision: string; file: string; taken: ReadonlySet<string> },
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
    Tiers.options.indexOf(assessStep(step, classify).tier),
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
    highestTier: Tiers.options[Math.max(0, ...tiers)]!,
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
function overlay(entries: readonly Entry[]): Map<RunbookId, Entry> {
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

/** What is searched; a runbook that cannot be planned is not proposed. */
function toDocument({ record, body }: Entry): RankingDocument[] {
  const { runbook, problems } = record
  if (!runbook || problems.some(({ level }) => level === 'error')) return []
  const { id, title, match, tags } = runbook
  return [
    {
      id,
      title,
      body,
      alerts: match.alerts,
      words: [...match.words, ...tags],
      labels: match.labels,
    },
  ]
}

function summarise({ record, highestTier }: Entry): RunbookSummary {
  const { id, origin, runbook, problems } = record
  const errors = problems.filter(({ level }) => level === 'error').length
  return {
    id,
    title: runbook?.title ?? id,
    description: runbook?.description ?? '',
    tags: runbook?.tags ?? [],
    origin,
    stepCount: runbook?.steps.filter(({ isUndo, isProbe }) => !isUndo && !isProbe).length ?? 0,
    highestTier,
    errors,
    warnings: problems.length - errors,
  }
}

function byTitle(one: RunbookSummary, other: RunbookSummary): number {
  return one.title.localeCompare(other.title)
}

/** Reads again once the folder has been quiet for a moment: editors write a file in several strokes. */
function watchFolder(path: string, changed: () => Promise<void>, log: Log): { close(): void } {
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
