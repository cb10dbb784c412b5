import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { endPolitely, newFolder, startProgram } from '#bench/workshop'

const PROGRAM = '/usr/bin/prometheus-alertmanager'
const READY_MS = 20_000

/** Debian's Alertmanager on loopback with throw-away data; undefined where it is not installed. */
export async function startAlertmanager() {
  if (!existsSync(PROGRAM)) return undefined
  const folder = newFolder()
  const config = join(folder, 'alertmanager.yml')
  writeFileSync(config, 'route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n')
  const address = `127.0.0.1:${await freePort()}`
  const child = startProgram(
    PROGRAM,
    [
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  )
  await untilReady(`http://${address}/-/ready`)
  return { url: `http://${address}/api/v2/alerts`, stop: () => endPolitely(child) }
}

async function untilReady(url: string): Promise<void> {
  for (const end = performance.now() + READY_MS; performance.now() < end; await pause(100)) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok === true) return
  }
  throw new Error('Alertmanager did not get ready')
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? address!.port : 0))
    })
  })
}
