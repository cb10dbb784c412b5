import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunbookId } from '#contract/primitives'
import { sshdMissing } from '#peers/sshd'
import type { BridgeClient } from '#bench/bridge-client'
import { addHosts, startHosts, writeRunbook } from '#bench/hosts'
import { startProduct } from '#bench/product'
import { type Measure, quantile, type Skipped } from '#bench/report'
import { newFolder } from '#bench/workshop'

const TIMES = 40
const WARM_UP = 5

/** From the call that says yes until the approved command runs on its host: this machine, and one over SSH. */
export async function measureApproval(): Promise<(Measure | Skipped)[]> {
  const folder = newFolder()
  const stamp = join(folder, 'stamp')
  const script = `date +%s%N > '${stamp}'`
  const data = join(folder, 'data')
  for (const [name, target] of Object.entries(TARGETS))
    writeRunbook(data, `bench-stamp-${name}`, toRunbook(script, target))
  const hosts = sshdMissing ? undefined : await startHosts(1, folder)
  const product = await startProduct(data)
  const client = await product.connect()
  const bare = (): Promise<number> => spawnOne(script, stamp)
  try {
    const here = await measureOn(client, 'here', stamp, bare)
    if (!hosts) return [...here, { what: 'approve → command runs over SSH', skipped: sshdMissing! }]
    await addHosts(client, hosts, TARGETS.there)
    return [...here, ...(await measureOn(client, 'there', stamp, bare))]
  } finally {
    client.close()
    await product.stop()
    await hosts?.close()
  }
}

const TARGETS = { here: 'local', there: 'bench-host' }
const WORDS = { here: '', there: ' over SSH' }

async function measureOn(
  client: BridgeClient,
  where: keyof typeof TARGETS,
  stamp: string,
  spawnBare: () => Promise<number>,
): Promise<Measure[]> {
  const [times, bare]: [number[], number[]] = [[], []]
  for (let n = -WARM_UP; n < TIMES; n += 1) {
    const ms = await approveOne(client, `bench-stamp-${where}` as RunbookId, stamp)
    const floorMs = await spawnBare()
    if (n < 0) continue
    times.push(ms)
    bare.push(floorMs)
  }
  const row = (p: number) => ({
    what: `approve → command runs${WORDS[where]}, p${p * 100}`,
    value: quantile(times, p),
    unit: 'ms' as const,
    floor: { what: 'bare spawn', value: quantile(bare, p) },
  })
  return [row(0.5), { ...row(0.95), budget: 150 }]
}

function toRunbook(script: string, target: string): string {
  return `---
title: Write down the time
target: ${target}
---

\`\`\`sh {"name":"stamp","qd.kind":"change","qd.undo":"none"}
${script}
\`\`\`
`
}

async function approveOne(
  { api, next }: BridgeClient,
  runbookId: RunbookId,
  stamp: string,
): Promise<number> {
  const asked = next('approvals.changed', ({ status }) => status === 'waiting')
  const run = await api.runs.start({ runbookId })
  const { id } = await asked
  const { subjectHash } = await api.approvals.get({ id })
  const ended = next('runs.changed', (now) => now.id === run.id && now.status === 'succeeded')
  const saidAt = Date.now()
  await api.approvals.decide({ id, subjectHash, decision: 'approve' })
  await ended
  return readStamp(stamp) - saidAt
}

async function spawnOne(script: string, stamp: string): Promise<number> {
  const began = Date.now()
  await once(spawn('/bin/sh', ['-eu', '-c', script], { stdio: 'ignore' }), 'exit')
  return readStamp(stamp) - began
}

/** In ms since 1970, as the command saw it. */
function readStamp(stamp: string): number {
  return Number(readFileSync(stamp, 'utf8')) / 1e6
}
