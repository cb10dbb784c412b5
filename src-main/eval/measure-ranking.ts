import type { RunbookId } from '#contract/primitives'
import { createRanking, type RankingDocument } from '#domains/runbooks'
import { type EvalData, isFreeRunbook, MatchRow, RunbookRow, tierOf } from './eval-data'
import { type Finding, shareOf } from './eval-report'
import { rankAcrossFolds, toLessons } from './learn-ranking'

interface Ranked {
  readonly row: MatchRow
  readonly ranked: readonly string[]
}

const LOOKED_AT = 20

/** How often the right runbook is first, or among the three an operator is shown. */
export function measureRanking(data: EvalData): Finding[] {
  const documents = readRunbooks(data)
  const rows = data.read(`runbook-match/${data.split}.jsonl`, MatchRow)
  const named = data.read(`runbook-match/${data.split}_named.jsonl`, MatchRow)
  const ranking = createRanking(documents)
  const rank = (row: MatchRow): Ranked => {
    const text = `${row.summary}\n${row.description}`
    const matches = ranking.rank({ alertName: row.alertname, text, labels: row.labels }, LOOKED_AT)
    return { row, ranked: matches.map(({ runbookId }) => runbookId) }
  }
  const plain = rows.map(rank)
  const byName = named.map(rank)
  const folded =
    data.split === 'dev'
      ? rankAcrossFolds(toLessons(documents, rows), toLessons(readFreeRunbooks(data), rows))
      : []
  return [
    find('without its name, core', 1, { plain, folded, tier: 'core' }, 0.8, 'BM25 .720'),
    find('without its name, core', 3, { plain, folded, tier: 'core' }, 0.92, 'BM25 .853'),
    find(
      'without its name, service',
      1,
      { plain, folded, tier: 'service' },
      undefined,
      'BM25 .576',
    ),
    find(
      'without its name, service',
      3,
      { plain, folded, tier: 'service' },
      undefined,
      'BM25 .739',
    ),
    find(
      'with its name, core',
      1,
      { plain: byName, folded: [], tier: 'core' },
      0.98,
      'exact title .991',
    ),
  ]
}

export function readRunbooks(data: EvalData): RankingDocument[] {
  return data.read('runbook-match/corpus.jsonl', RunbookRow).map(toDocument)
}

/** Those that may be learnt from: as answers, and as what the answer is told from. */
export function readFreeRunbooks(data: EvalData): RankingDocument[] {
  return data.read('runbook-match/corpus.jsonl', RunbookRow).filter(isFreeRunbook).map(toDocument)
}

function toDocument({ id, title, body }: RunbookRow): RankingDocument {
  return {
    id: id as RunbookId, // ids of the set; ours are file names, and nothing here looks into them
    title,
    body,
    alerts: [],
    words: [],
    labels: {},
  }
}

function find(
  what: string,
  places: number,
  { plain, folded, tier }: { plain: Ranked[]; folded: Ranked[]; tier: 'core' | 'service' },
  bar: number | undefined,
  baseline: string,
): Finding {
  const share = (all: Ranked[]) =>
    shareOf(
      all.filter(({ row }) => tierOf(row) === tier),
      ({ row, ranked }) => ranked.slice(0, places).some((id) => row.relevant.includes(id)),
    )
  return {
    set: 'runbook-match',
    measure: `top-${places}, ${what}`,
    ...(folded.length > 0
      ? { value: share(folded), how: 'cross-validated', trained: share(plain) }
      : { value: share(plain) }),
    ...(bar !== undefined && { bar: { atLeast: bar } }),
    baseline,
    rows: plain.filter(({ row }) => tierOf(row) === tier).length,
  }
}
