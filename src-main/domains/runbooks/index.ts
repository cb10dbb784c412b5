import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal } from '#contract'
import type { RunbookId } from '#contract/primitives'
import type { RunbookProblem, RunbookRecord, RunbookSummary } from '#contract/runbooks'
import type { RunbookMatch } from '#contract/triage'
import { type Classify, classify as classifyByParsing } from '#domains/risk'
import type { Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import { inSlices } from '#platform/slices'
import { problemsOfCalls } from './runbook-includes'
import {
  byPrecedence,
  createReader,
  type Entry,
  type Folder,
  overlay,
  watchFolder,
} from './runbook-folders'
import { createHistories, type RunbookHistory } from './runbook-history'
import { parseRunbook } from './runbook-parser'
import {
  buildRanking,
  createRanking,
  type MatchQuery,
  type Ranking,
  type RankingDocument,
} from './runbook-ranking'

// Runbooks as Markdown files: read, checked, searched. Runs nothing and knows no ticket.
// How the ranking is learnt and measured, for `npm run train` and `npm run eval`.
export { FEATURES } from './ranking-features'
export { createRankingIndex } from './ranking-index'
export { toQueryWords } from './ranking-query'
export { createRanking, scoreOf } from './runbook-ranking'
export type { RunbookHistory } from './runbook-history'
export type { MatchQuery, Ranking, RankingDocument } from './runbook-ranking'
export { parseRunbook } from './runbook-parser'
export { readBlocks } from './runbook-fences'
export { inputAlone } from './runbook-flow-lint'
export { expandRunbook } from './runbook-includes'
export { withoutChecklist } from './runbook-flow'
export { inputInTarget } from './runbook-lint'
export { checkOutput, OUTPUT_READ_LENGTH, readOutput } from './runbook-outputs'
export { dataProblems } from './data-code'
export {
  fillEncoded,
  fillJson,
  fillPlain,
  readRequest,
  type RequestText,
  type RequestValue,
} from './request-text'
export { assessStep, interpreterOf } from './runbook-shell'
export { checkInputValue } from './runbook-values'
export { readStatement } from './statement-text'
export { evaluateWhen, type WhenFacts } from './runbook-when'

/** Checks a text as if it were a runbook's file. */
export function lintRunbook(markdown: string): RunbookProblem[] {
  return parseRunbook('runbook' as RunbookId, markdown, classifyByParsing).problems
}

export interface Runbooks extends Serves<'runbooks'> {
  /** Ends when the folders have been read: before that, `find` and `rank` know nothing. Whoever needs them asks first. */
  ready(): Promise<void>
  find(id: RunbookId): RunbookRecord | undefined
  /** A text as if it were the file of this runbook. Keeps nothing. */
  readDraft(id: RunbookId, markdown: string): RunbookRecord
  /** All of the operator's own. */
  own(): RunbookRecord[]
  /** The operator's own folder. */
  readonly folder: string
  /** Reads the folders again, and tells. */
  refresh(): Promise<void>
  /** Best first. A runbook whose `match.alerts` names the alert comes before any that only shares words. */
  rank(query: MatchQuery, limit: number): RunbookMatch[]
  /** How runbooks did so far: from now on it decides between those that fit about as well. Replaces what was told of them. */
  learn(histories: readonly RunbookHistory[]): void
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

/** How long after the start the folders are read if nobody has asked by then: the window goes first. */
const REST_MS = 2_000

/** Reads the shipped and the operator's runbooks, and keeps reading the latter when they change. */
export async function createRunbooks(needs: Needs): Promise<Runbooks> {
  const { classify, clock, log } = needs
  const mine = join(needs.dataFolder, 'runbooks')
  await mkdir(mine, { recursive: true }).catch((error: unknown) =>
    log.warn({ error, folder: mine }, 'the folder for own runbooks cannot be made'),
  )
  const shelf = createShelf(needs, [
    { path: join(needs.resources, 'runbooks'), origin: 'shipped' },
    { path: mine, origin: 'mine' },
  ])
  let first: Promise<void> | undefined
  const ready = () =>
    (first ??= shelf
      .load()
      .catch((error: unknown) => log.error({ err: error }, 'the runbooks could not be read')))
  const rest = setTimeout(() => void ready(), REST_MS)
  const histories = createHistories((id) => shelf.entries().get(id)?.record.revision)
  const watcher = watchFolder(mine, shelf.refresh, log)
  return {
    ready,
    find: (id) => shelf.entries().get(id)?.record,
    readDraft: (id, markdown) => toDraft(id, markdown, classify),
    own: () =>
      [...shelf.entries().values()].flatMap(({ record }) =>
        record.origin === 'mine' ? record : [],
      ),
    folder: mine,
    refresh: shelf.refresh,
    rank: (query, limit) => shelf.ranking().rank(query, limit, histories.of),
    learn: histories.learn,
    addFolder: shelf.addFolder,
    async list() {
      await ready()
      return { items: [...shelf.entries().values()].map(summarise).toSorted(byTitle), folder: mine }
    },
    async get({ id }) {
      await ready()
      const entry = shelf.entries().get(id)
      if (!entry)
        throw new Refusal('not_found', `There is no runbook "${id}" any more. Reload the list.`)
      return entry.record
    },
    async match({ text, limit }) {
      await ready()
      const query = { alertName: undefined, text, labels: {} }
      return shelf.ranking().rank(query, limit, histories.of)
    },
    lint: ({ markdown }) => parseRunbook('runbook' as RunbookId, markdown, classify).problems,
    async reload() {
      await shelf.refresh()
      return { count: shelf.entries().size, at: clock.now() }
    },
    async close() {
      clearTimeout(rest)
      watcher.close()
      await shelf.close()
    },
  }
}

function toDraft(id: RunbookId, markdown: string, classify: Classify): RunbookRecord {
  const { runbook, problems } = parseRunbook(id, markdown, classify)
  const revision = createHash('sha256').update(markdown).digest('hex')
  return { id, origin: 'mine', path: '', revision, markdown, runbook, problems }
}

/** What is in the folders now. */
function createShelf({ classify, events, log }: Needs, start: readonly Folder[]) {
  const closing = new AbortController()
  const read = createReader(classify, log, closing.signal)
  let folders = start
  let entries = new Map<RunbookId, Entry>()
  let ranking: Ranking = createRanking([])
  let loading: Promise<unknown> = Promise.resolve()

  async function loadNow(): Promise<void> {
    const next = withCalls(overlay((await Promise.all(folders.map(read))).flat()))
    ranking = await inSlices(buildRanking([...next.values()].flatMap(toDocument)))
    entries = next // both in one moment: what is ranked is there
  }
  /** One at a time, so that an older reading never replaces a newer one. */
  function load(): Promise<void> {
    const next = loading.then(loadNow)
    loading = next.catch(() => undefined) // whoever asked hears of it; the next reading is not held up
    return next
  }
  async function refresh(): Promise<void> {
    await load()
    events.publish('runbooks.changed', {})
  }
  async function addFolder(path: string, origin: Folder['origin']): Promise<() => Promise<void>> {
    const folder: Folder = { path, origin }
    folders = [...folders, folder].toSorted(byPrecedence)
    await refresh()
    return async () => {
      folders = folders.filter((candidate) => candidate !== folder)
      await refresh()
    }
  }
  return {
    load,
    refresh,
    addFolder,
    entries: () => entries,
    ranking: () => ranking,
    async close() {
      closing.abort()
      await loading
    },
  }
}

/** Calls can be checked only when all runbooks are there. */
function withCalls(entries: ReadonlyMap<RunbookId, Entry>): Map<RunbookId, Entry> {
  const find = (id: RunbookId) => entries.get(id)?.record
  const checked = [...entries].map(([id, entry]): [RunbookId, Entry] => {
    const more = problemsOfCalls(entry.record, find)
    if (more.length === 0) return [id, entry]
    const problems = [...entry.record.problems, ...more].toSorted((a, b) => a.line - b.line)
    return [id, { ...entry, record: { ...entry.record, problems } }]
  })
  return new Map(checked)
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

const { compare } = new Intl.Collator()

function byTitle(one: RunbookSummary, other: RunbookSummary): number {
  return compare(one.title, other.title)
}
