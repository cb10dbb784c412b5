import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import type { BridgeClient } from '#bench/bridge-client'
import { startProduct } from '#bench/product'
import { type Measure, quantile } from '#bench/report'
import { newFolder, ROOT } from '#bench/workshop'

const RUNBOOKS = 10_000
const TIMES = 200
const WARM_UP = 20
const SHIPPED = join(ROOT, 'resources', 'runbooks')

/** The best three of ten thousand runbooks for an alert's text, with the words that matched. */
export async function measureMatching(): Promise<Measure[]> {
  const folder = newFolder()
  const texts = writeRunbooks(join(folder, 'runbooks'))
  const bare = createBare(texts)
  const product = await startProduct(folder)
  const client = await product.connect()
  try {
    const reading = await waitUntilRead(client)
    const queries = Array.from({ length: TIMES + WARM_UP }, (_, n) => toQuery(n))
    const times: number[] = []
    const floor: number[] = []
    for (const [n, text] of queries.entries()) {
      const began = performance.now()
      const found = await client.api.runbooks.match({ text, limit: 3 })
      const ms = performance.now() - began
      if (found.length === 0) throw new Error(`Nothing was found for “${text}”`)
      if (n < WARM_UP) continue
      times.push(ms)
      floor.push(timeOf(() => bare(text)))
    }
    const at = (p: number) => ({ what: 'FTS5 bm25', value: quantile(floor, p) })
    return [
      { what: 'start → address, with 10,000', value: product.startMs, unit: 'ms' },
      { what: '… until all are read', value: reading.tookMs, unit: 'ms' },
      { what: '… longest round trip meanwhile', value: reading.longestMs, unit: 'ms' },
      { what: 'match among 10,000, p50', value: quantile(times, 0.5), unit: 'ms', floor: at(0.5) },
      {
        what: 'match among 10,000, p95',
        value: quantile(times, 0.95),
        unit: 'ms',
        budget: 20,
        floor: at(0.95),
      },
    ]
  } finally {
    client.close()
    await product.stop()
  }
}

/** The first match waits for the first reading; other questions are answered meanwhile. */
async function waitUntilRead({ api }: BridgeClient) {
  const began = performance.now()
  const first = api.runbooks.match({ text: toQuery(0) })
  const reading = new AbortController()
  const done = first.finally(() => reading.abort())
  let longestMs = 0
  while (!reading.signal.aborted) {
    const asked = performance.now()
    await api.people.me({})
    longestMs = Math.max(longestMs, performance.now() - asked)
    await pause(5)
  }
  await done
  return { tookMs: performance.now() - began, longestMs }
}

function timeOf(work: () => void): number {
  const began = performance.now()
  work()
  return performance.now() - began
}

const PLACES = 'checkout search payments login catalog billing mail reports gateway images'.split(
  ' ',
)
const PARTS = 'primary replica cache queue worker scheduler proxy balancer index bucket'.split(' ')
const TROUBLES =
  'latency errors saturation backlog restarts timeouts corruption drift lag leak'.split(' ')

const wordsOf = (n: number) => ({
  place: PLACES[n % 10]!,
  part: PARTS[Math.floor(n / 10) % 10]!,
  trouble: TROUBLES[Math.floor(n / 100) % 10]!,
})

/** What an alert about number `n` says. */
function toQuery(n: number): string {
  const { place, part, trouble } = wordsOf(n * 37)
  return `${trouble} of the ${place} ${part} is far above normal on node-${n}. Users of ${place} wait for more than five seconds, connections are refused and the disk of the ${part} fills up.`
}

/** The shipped runbooks again and again, each for another service; answers their texts. */
function writeRunbooks(folder: string): string[] {
  mkdirSync(folder, { recursive: true })
  const shipped = readdirSync(SHIPPED)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => readFileSync(join(SHIPPED, name), 'utf8'))
  return Array.from({ length: RUNBOOKS }, (_, n) => {
    const { place, part, trouble } = wordsOf(n)
    const title = `title: ${trouble} of the ${place} ${part}, case ${n}`
    const text = shipped[n % shipped.length]!.replace(/^title: .*$/m, title)
    writeFileSync(join(folder, `case-${n}.md`), text)
    return text
  })
}

/** The same texts in SQLite's own full-text search. */
function createBare(texts: readonly string[]): (query: string) => void {
  const file = new Sqlite(':memory:')
  file.exec('create virtual table runbooks using fts5(body)')
  const insert = file.prepare('insert into runbooks (body) values (?)')
  file.transaction(() => {
    for (const text of texts) insert.run(text)
  })()
  const find = file.prepare(
    'select rowid from runbooks where runbooks match ? order by bm25(runbooks) limit 3',
  )
  return (query) => {
    const words = new Set(query.toLowerCase().match(/[a-z0-9]+/g))
    find.all([...words].map((word) => `"${word}"`).join(' OR '))
  }
}
