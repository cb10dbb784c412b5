import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import { openWorld, type World } from './intake-world.suite'

const PROGRAM = '/usr/bin/prometheus-alertmanager'
const missing = existsSync(PROGRAM)
  ? undefined
  : 'Alertmanager is not installed (apt-get install prometheus-alertmanager)'
if (missing && process.env['CI']) throw new Error(`CI must have every peer: ${missing}`)
if (missing) console.warn(`skipped: ${missing}`)

describe.skipIf(missing)('a real Alertmanager', { timeout: 60_000 }, () => {
  let folder: string
  let database: Database
  let world: World
  let alertmanager: ChildProcess
  let api: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qd-alertmanager-'))
    database = await stores[0]!.open()
    world = await openWorld(database)
    await world.intake.start()
    const config = join(folder, 'config.json') // JSON is YAML
    await writeFile(config, JSON.stringify(configFor(await world.urlOf('alertmanager'))))
    const web = await freePort()
    api = `http://127.0.0.1:${web}/api/v2/alerts`
    alertmanager = spawn(
      PROGRAM,
      [
        `--config.file=${config}`,
        `--storage.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${web}`,
        '--cluster.listen-address=',
      ],
      { stdio: 'ignore' },
    )
    while (!(await answers())) await new Promise((resolve) => void setTimeout(resolve, 50))
  }, 30_000)
  afterAll(async () => {
    const gone = new Promise((resolve) => void alertmanager.once('exit', resolve))
    alertmanager.kill('SIGKILL')
    await gone
    await world.close()
    await database.close()
    await rm(folder, { recursive: true, force: true })
  })

  const answers = async () => {
    try {
      return (await fetch(api)).ok
    } catch {
      return false
    }
  }
  const since = new Date(Date.now() - 5000).toISOString()
  const tell = (instances: string[], startsAt: string, endsAt?: string) =>
    fetch(api, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(
        instances.map((instance) => ({
          labels: { alertname: 'DiskFull', severity: 'critical', instance },
          annotations: { summary: `The disk of ${instance} is full` },
          startsAt,
          ...(endsAt !== undefined && { endsAt }),
        })),
      ),
    })
  const statuses = async () =>
    (await world.openTickets()).map(({ host, status }) => `${host} ${status}`).toSorted()

  test('opens tickets, resolves them one by one, and opens them again', async () => {
    const all = ['db-1', 'db-2', 'db-3']
    expect(
      (
        await tell(
          all.map((name) => `${name}:9100`),
          since,
        )
      ).ok,
    ).toBe(true)
    await expect.poll(statuses, { timeout: 15_000 }).toEqual(all.map((name) => `${name} open`))
    const [ticket] = await world.openTickets()
    expect(ticket).toMatchObject({ severity: 'critical', source: 'alertmanager' })

    await tell(['db-2:9100'], since, new Date().toISOString())
    await expect
      .poll(statuses, { timeout: 15_000 })
      .toEqual(['db-1 open', 'db-2 resolved', 'db-3 open'])

    const id = (await world.openTickets()).find(({ host }) => host === 'db-2')!.id
    await tell(['db-2:9100'], new Date().toISOString())
    await expect.poll(statuses, { timeout: 15_000 }).toEqual(all.map((name) => `${name} open`))
    expect(await world.tickets.find(id)).toMatchObject({ status: 'open' })
    expect(await world.deliveries('dead')).toEqual([])
  })
})

function configFor(url: string): object {
  return {
    route: {
      receiver: 'quarterdeck',
      group_by: ['alertname'],
      group_wait: '100ms',
      group_interval: '500ms',
      repeat_interval: '1s',
    },
    receivers: [{ name: 'quarterdeck', webhook_configs: [{ url, send_resolved: true }] }],
  }
}

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
