import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Alert } from './alerts'

const ALERTMANAGER = '/usr/bin/prometheus-alertmanager'
const START_MS = 15_000

/** Why journeys with a real Alertmanager cannot run here; undefined when they can. */
export const alertmanagerMissing = existsSync(ALERTMANAGER)
  ? undefined
  : 'Alertmanager is not installed (apt-get install prometheus-alertmanager)'
if (alertmanagerMissing && process.env['CI'])
  throw new Error(`CI must have every peer: ${alertmanagerMissing}`)
if (alertmanagerMissing) console.warn(`skipped: ${alertmanagerMissing}`)

/** Debian's Alertmanager on loopback, with its data in a temporary folder and one receiver. */
export interface Alertmanager {
  /** Says through its API, as Prometheus does, that this fires from now on. */
  fire(alert: Alert): Promise<void>
  /** Says that it is over. */
  resolve(alert: Alert): Promise<void>
  close(): Promise<void>
}

/** Every group goes to `receiver` at once, and again, with what is resolved, after a second. */
export async function startAlertmanager(receiver: string): Promise<Alertmanager> {
  const folder = mkdtempSync(join(tmpdir(), 'qd-alertmanager-'))
  const config = join(folder, 'alertmanager.yml')
  writeFileSync(config, configOf(receiver))
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const child = spawn(
    ALERTMANAGER,
    [
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=', // on its own
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  await ready(child, `${address}/-/ready`)
  const startsAt = new Date().toISOString()
  return {
    fire: (alert) => post(address, { ...alert, startsAt }),
    resolve: (alert) => post(address, { ...alert, startsAt, endsAt: new Date().toISOString() }),
    async close() {
      const gone = child.exitCode === null ? once(child, 'exit') : undefined
      child.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configOf(receiver: string): string {
  return [
    'route: { receiver: quarterdeck, group_by: [alertname, instance], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }',
    'receivers:',
    `  - { name: quarterdeck, webhook_configs: [{ url: ${JSON.stringify(receiver)}, send_resolved: true }] }`,
    '',
  ].join('\n')
}

async function post(address: string, alert: Alert & Record<string, unknown>): Promise<void> {
  const response = await fetch(`${address}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([alert]),
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok)
    throw new Error(`Alertmanager says ${response.status}: ${await response.text()}`)
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  let complaint = ''
  child.stderr?.on('data', (piece: Buffer) => (complaint += piece.toString()))
  const deadline = Date.now() + START_MS
  while (Date.now() < deadline && child.exitCode === null) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    await sleep(50)
  }
  child.kill('SIGKILL')
  throw new Error(`Alertmanager did not start: ${complaint}`)
}

/** A port of this machine on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
