import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from 'vite'
import type { VaultCrashNews } from './vault-crash-child.suite'

const ROOT = join(import.meta.dirname, '../../..')
const SECRETS = ['secret a', 'secret b', 'secret c']

describe('a vault whose console is killed while it gets a new key', () => {
  const out = join(ROOT, 'node_modules', '.tmp', `vault-crash-${process.pid}`)
  const folder = mkdtempSync(join(tmpdir(), 'qd-vault-crash-'))

  beforeAll(async () => {
    await build({
      root: ROOT,
      configFile: false,
      logLevel: 'error',
      build: {
        ssr: join(import.meta.dirname, 'vault-crash-child.suite.ts'),
        outDir: out,
        emptyOutDir: true,
        target: 'node24',
      },
    })
  }, 60_000)
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
    rmSync(out, { recursive: true, force: true })
  })

  test('opens again at every border, with every secret', { timeout: 240_000 }, async () => {
    const points: string[] = []
    expect((await live(0)).at(-1)).toEqual({ type: 'done', keys: 1, auditOk: true })
    for (let at = 1; ; at += 1) {
      const news = await live(at)
      expect(news.filter(({ type }) => type === 'shut')).toEqual([])
      const opened = news.filter((one) => one.type === 'opened')
      expect(opened.map(({ secrets }) => secrets)).toEqual(opened.map(() => SECRETS))
      points.push(...news.flatMap((one) => (one.type === 'point' ? one.point : [])))
      if (news.some(({ type }) => type === 'done')) break
    }
    const end = await live(0)
    expect(end.at(-1)).toEqual({ type: 'done', keys: 1, auditOk: true })
    const hits = Map.groupBy(points, (point) => point)
    console.table(Object.fromEntries([...hits].map(([point, all]) => [point, all.length])))
    expect(points).toEqual(
      expect.arrayContaining([
        'before a key is written',
        'before commit',
        'before a key is removed',
      ]),
    )
  })

  /** Dies at that border of the work, or lives to its end; 0 = nobody kills it. */
  async function live(killAt: number): Promise<VaultCrashNews[]> {
    const child = spawn(
      process.execPath,
      [join(out, 'vault-crash-child.suite.js'), folder, String(killAt)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const news: VaultCrashNews[] = []
    createInterface({ input: child.stdout }).on('line', (line) =>
      news.push(JSON.parse(line) as VaultCrashNews),
    )
    await new Promise((ended) => child.once('close', ended))
    return news
  }
})
