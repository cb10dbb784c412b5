import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { connectBridge } from '#bench/bridge-client'
import { startConsole } from './console-process.suite'
import { sshdMissing, startSshd } from './sshd.suite'

const PASSPHRASE = 'four words nobody guesses'
const BOOK =
  '---\ntitle: Look\ntarget: web-2\n---\n\n```sh {"name":"look","qd.kind":"check"}\nuptime\n```\n'

test.skipIf(sshdMissing)(
  'a run that needs a secret waits while the vault is locked, and goes on when it opens',
  { timeout: 60_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'qd-locked-'))
    mkdirSync(join(folder, 'runbooks'))
    writeFileSync(join(folder, 'runbooks', 'look.md'), BOOK)
    const sshd = await startSshd()
    const started = await startConsole(folder, PASSPHRASE)
    const { api, close } = await connectBridge(started.url)
    const draft = { name: 'deploy', kind: 'private_key', secret: sshd.userKey } as const
    const { id: credentialId } = await api.credentials.create(draft)
    const { host, port, username, hostKey } = sshd
    const target = { name: 'web-2', kind: 'ssh', host, port, username, auth: 'key' } as const
    const { id } = await api.connections.create({ ...target, credentialId })
    await api.connections.trustHostKey({ id, hostKey })

    await api.credentials.lock({})
    const run = await api.runs.start({ runbookId: 'look' })
    await sleep(3000)
    const held = await api.runs.get({ id: run.id })
    await api.credentials.unlock({ passphrase: PASSPHRASE })
    let end = held
    for (let tries = 0; tries < 400 && ['running', 'waiting'].includes(end.status); tries++) {
      await sleep(50)
      end = await api.runs.get({ id: run.id })
    }
    const { items } = await api.credentials.leases({ id: credentialId })
    close()
    started.child.kill('SIGTERM')
    await Promise.all([once(started.child, 'exit'), sshd.close()])
    rmSync(folder, { recursive: true })

    expect(['running', 'waiting']).toContain(held.status)
    expect(end.status).toBe('succeeded')
    expect(items).toMatchObject([
      { purpose: 'run', runbookId: 'look', step: 'look', runId: run.id },
    ])
  },
)
