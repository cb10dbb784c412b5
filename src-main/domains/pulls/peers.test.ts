import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type SourceKind, SourceSettings } from '#contract/intake'
import { KINDS, PULLED, type Reading } from '#domains/sources'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import type { Found } from './pull-plan'
import { openWorld, type World } from './pulls-world.suite'

const [ALERTMANAGER, PROMETHEUS] = ['/usr/bin/prometheus-alertmanager', '/usr/bin/prometheus']
const missing = [ALERTMANAGER, PROMETHEUS].filter((program) => !existsSync(program))
if (missing.length > 0 && process.env['CI'])
  throw new Error(`CI must have every peer: ${missing.join(', ')}`)
if (missing.length > 0) console.warn(`skipped: ${missing.join(', ')} is not installed`)

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const address = server.address()
        server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
      })
  })
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}

function read(
  kind: SourceKind,
  { body, what }: Found,
  receivedAt: number,
): Reading['signals'][number] {
  const headers = { 'x-quarterdeck-pulled': what }
  const rest = {
    contentType: 'application/json',
    mapping: null,
    settings: SourceSettings.parse({}),
  }
  const reading = (PULLED[kind] ?? KINDS[kind].read)({ body, headers, receivedAt, ...rest })
  return reading.signals[0]!
}

describe.skipIf(missing.length > 0)('real peers', { timeout: 60_000 }, () => {
  let folder: string
  let database: Database
  let world: World
  let alertmanager: string
  let prometheus: string
  const children: ChildProcess[] = []

  const start = async (program: string, args: string[], ready: string) => {
    const child = spawn(program, args, { stdio: 'ignore' })
    children.push(child)
    while (!(await answers(ready))) await new Promise((resolve) => void setTimeout(resolve, 50))
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qd-peers-'))
    const [at, port] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
    alertmanager = `http://${at}`
    prometheus = `http://${port}/prom`
    const routes = { route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] }
    await writeFile(join(folder, 'am.json'), JSON.stringify(routes))
    const rule = {
      alert: 'AlwaysFull',
      expr: 'vector(91) > 90',
      labels: { severity: 'critical' },
      annotations: { summary: 'The disk is full: {{ $value }} %' },
    }
    const rules = { groups: [{ name: 'disks', interval: '1s', rules: [rule] }] }
    await writeFile(join(folder, 'rules.json'), JSON.stringify(rules))
    const config = {
      global: { evaluation_interval: '1s' },
      rule_files: [join(folder, 'rules.json')],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [at] }] }] },
    }
    await writeFile(join(folder, 'prom.json'), JSON.stringify(config))
    await start(
      ALERTMANAGER,
      [
        `--config.file=${folder}/am.json`,
        `--storage.path=${folder}/am`,
        `--web.listen-address=${at}`,
        '--cluster.listen-address=',
      ],
      `${alertmanager}/-/ready`,
    )
    await start(
      PROMETHEUS,
      [
        `--config.file=${folder}/prom.json`,
        `--storage.tsdb.path=${folder}/prom`,
        `--web.listen-address=${port}`,
        `--web.external-url=${prometheus}/`,
        '--web.enable-lifecycle',
        '--rules.alert.resend-delay=1s',
      ],
      `${prometheus}/-/ready`,
    )
  }, 60_000)
  beforeEach(async () => {
    database = await stores[0]!.open()
    world = await openWorld(database, { am: 'alertmanager', prom: 'prometheus' })
    world.time.now = Date.now() + 600_000 // as if the peers had run for ten minutes
  })
  afterEach(async () => {
    await world.pulls.stop()
    await database.close()
  })
  afterAll(async () => {
    for (const child of children) {
      const gone = new Promise((resolve) => void child.once('exit', resolve))
      child.kill('SIGKILL')
      await gone
    }
    await rm(folder, { recursive: true, force: true })
  })

  test('Prometheus and Alertmanager tell of the same alert under the same fingerprint', async () => {
    await world.set('prom', prometheus)
    await world.set('am', alertmanager)
    await expect
      .poll(
        async () => {
          await world.run('prom')
          await world.run('am')
          return new Set(world.delivered.map(({ source }) => source)).size
        },
        { timeout: 30_000, interval: 250 },
      )
      .toBe(2)
    const signals = world.delivered.map((record) =>
      read(record.source === 'am' ? 'alertmanager' : 'prometheus', record, world.time.now),
    )
    expect(new Set(signals.map(({ fingerprint }) => fingerprint)).size).toBe(1)
    for (const signal of signals)
      expect(signal).toMatchObject({
        state: 'firing',
        severity: 'critical',
        title: 'The disk is full: 91 %',
      })
    const pulls = await world.pulls.list({}, {} as never)
    expect(pulls.map(({ state }) => state.problem)).toEqual(['', ''])
  })

  test('what Prometheus lists no more is over', async () => {
    await world.set('prom', prometheus)
    await world.run('prom')
    expect(world.delivered).toHaveLength(1)
    await writeFile(join(folder, 'rules.json'), JSON.stringify({ groups: [] }))
    await fetch(`${prometheus}/-/reload`, { method: 'POST' })
    await expect
      .poll(async () => (await world.run('prom')).records.length, {
        timeout: 30_000,
        interval: 250,
      })
      .toBe(1)
    const [first, last] = world.delivered.map((record) =>
      read('prometheus', record, world.time.now),
    )
    expect(last).toMatchObject({ fingerprint: first!.fingerprint, state: 'resolved' })
  })

  test('an alert that is silenced in Alertmanager is not over', async () => {
    const alert = { labels: { alertname: 'Silenced' }, startsAt: new Date().toISOString() }
    const post = (path: string, body: unknown) =>
      fetch(`${alertmanager}/api/v2/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    await post('alerts', [alert])
    await world.set('am', alertmanager, { scope: ['alertname="Silenced"'] })
    await expect
      .poll(async () => (await world.run('am')).records.length, { timeout: 20_000, interval: 250 })
      .toBe(1)
    const matchers = [{ name: 'alertname', value: 'Silenced', isRegex: false, isEqual: true }]
    const [startsAt, endsAt] = [0, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString())
    await post('silences', { matchers, startsAt, endsAt, createdBy: 'test', comment: 'test' })
    for (let n = 0; n < 5; n += 1) expect((await world.run('am')).records).toEqual([])
    await post('alerts', [{ ...alert, endsAt: new Date().toISOString() }])
    await expect
      .poll(async () => (await world.run('am')).records.length, { timeout: 20_000, interval: 250 })
      .toBe(1)
    expect(read('alertmanager', world.delivered.at(-1)!, world.time.now).state).toBe('resolved')
  })
})
