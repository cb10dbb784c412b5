import { spawn } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from 'vite'
import type { CrashNews } from './run-crash-child.suite'
import { openFolder, runbook, step } from './run-world.suite'

const RUNS = 4
const KILLS = 30
const ROOT = join(import.meta.dirname, '../../..')

describe('a console that is killed again and again', () => {
  const out = join(ROOT, 'node_modules', '.tmp', `crash-${process.pid}`)
  let folder: Awaited<ReturnType<typeof openFolder>>

  beforeAll(async () => {
    folder = await openFolder()
    const books = join(folder.path, 'resources', 'runbooks')
    await mkdir(books, { recursive: true })
    for (let n = 0; n < RUNS; n += 1)
      await writeFile(join(books, `book-${n}.md`), book(n, folder.marks))
    await build({
      root: ROOT,
      configFile: false,
      logLevel: 'error',
      build: {
        ssr: join(import.meta.dirname, 'run-crash-child.suite.ts'),
        outDir: out,
        emptyOutDir: true,
        target: 'node24',
      },
    })
  }, 60_000)
  afterAll(async () => {
    await folder.remove()
    await rm(out, { recursive: true, force: true })
  })

  test(
    'runs no step twice, loses none, and asks about what nobody can know',
    { timeout: 240_000 },
    async () => {
      const program = join(out, 'run-crash-child.suite.js')
      const news: CrashNews[] = []
      let [kills, starts] = [0, 0]
      for (;;) {
        // Every point in turn, and in between at some moment that no code chose.
        const atPoint = starts % 3 === 2 ? 0 : 1 + ((starts * 7) % 41)
        const enough = kills >= KILLS
        const died = await live(
          program,
          enough ? 0 : atPoint,
          enough || atPoint > 0 ? 0 : starts * 9,
          news,
        )
        starts += 1
        if (!died) break
        kills += 1
      }
      const marks = await folder.marked()
      const wanted = Array.from({ length: RUNS }, (_, n) => tokens(n)).flat()
      const twice = surplus(marks, wanted)
      const lost = surplus(wanted, marks)
      const unknown = news.filter((one) => one.type === 'unknown')
      const points = Map.groupBy(
        news.filter((one) => one.type === 'point'),
        ({ point }) => point,
      )
      console.table({
        kills,
        runs: RUNS,
        steps: wanted.length,
        twice,
        lost,
        'unknowns asked': unknown.length,
        '  had happened': unknown.filter((one) => one.happened).length,
        ...Object.fromEntries([...points].map(([point, hits]) => [`killed ${point}`, hits.length])),
      })
      expect({ twice, lost }).toEqual({ twice: 0, lost: 0 })
      expect(marks.toSorted()).toEqual(wanted.toSorted())
      const done = news.find(({ type }) => type === 'done')
      expect(done).toMatchObject({ auditOk: true })
      expect(unknown.length).toBeGreaterThan(0)
      expect(kills).toBeGreaterThanOrEqual(KILLS / 2)
    },
  )

  /** Lives until it is done or dead; true when it died. `afterMs` counts from when it was ready; 0 = nobody kills it. */
  function live(
    program: string,
    killAt: number,
    afterMs: number,
    news: CrashNews[],
  ): Promise<boolean> {
    const child = spawn(process.execPath, [program, folder.path, String(killAt)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    createInterface({ input: child.stdout }).on('line', (line) => {
      const one = JSON.parse(line) as CrashNews
      news.push(one)
      if (one.type === 'ready' && afterMs > 0) setTimeout(() => child.kill('SIGKILL'), afterMs)
    })
    return new Promise((resolve, reject) => {
      child.once('close', (code, signal) => {
        if (signal === 'SIGKILL') resolve(true)
        else if (code === 0) resolve(false)
        else reject(new Error(`the child ended with ${String(code ?? signal)}`))
      })
    })
  }
})

/** How many there are more than in `other`, counted one by one. */
function surplus(some: readonly string[], other: readonly string[]): number {
  const left = new Map<string, number>()
  for (const one of other) left.set(one, (left.get(one) ?? 0) + 1)
  let more = 0
  for (const one of some) {
    const n = left.get(one) ?? 0
    if (n === 0) more += 1
    left.set(one, Math.max(0, n - 1))
  }
  return more
}

const FORTH = ['one', 'two', 'two', 'two', 'three']
const BACK = ['back-two', 'back-two', 'back-two', 'back-one']

/** What each run leaves, once on each of its targets. */
const tokens = (run: number) =>
  [...FORTH, ...(run % 2 === 0 ? BACK : [])].map((name) => `r${run}-${name}`)

function book(run: number, marks: string): string {
  const mark = (name: string) => `sleep 0.02; echo r${run}-${name} >> ${marks}`
  const steps = [
    step('look', { kind: 'check' }, 'uptime'),
    step('one', { kind: 'change', undo: 'back-one' }, mark('one')),
    step('moment', { kind: 'wait', timer: '10ms' }, 'A moment.'),
    step(
      'two',
      { kind: 'change', on: 'webs', fan: 'rolling:2', undo: 'back-two', before: 'good' },
      mark('two'),
    ),
    step('consent', { kind: 'approval' }, 'May we go on?'),
    step('three', { kind: 'change', undo: 'irreversible' }, mark('three')),
    step('back-one', { kind: 'change' }, mark('back-one')),
    step('back-two', { kind: 'change' }, mark('back-two')),
    step('good', { kind: 'check' }, 'uptime'),
  ]
  const verify = 'verify:\n  probe: good\n  holds: 2\n  every: 10ms\n  within: 10m\n'
  return runbook(steps, verify).replace('A test', run % 2 === 0 ? 'back' : 'forth')
}
