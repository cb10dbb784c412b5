import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunbookId } from '#contract/primitives'
import type { BridgeClient } from '#bench/bridge-client'
import { startProduct } from '#bench/product'
import { type Measure, quantile } from '#bench/report'
import { newFolder } from '#bench/workshop'

const TIMES = 40
const WARM_UP = 5
const RUNBOOK = 'bench-stamp' as RunbookId

/** From the call that says yes until the approved command runs on its host: this machine. */
export async function measureApproval(): Promise<Measure[]> {
  const folder = newFolder()
  const stamp = join(folder, 'stamp')
  const script = `date +%s%N > '${stamp}'`
  mkdirSync(join(folder, 'data', 'runbooks'), { recursive: true })
  writeFileSync(join(folder, 'data', 'runbooks', `${RUNBOOK}.md`), toRunbook(script))
  const product = await startProduct(join(folder, 'data'))
  const client = await product.connect()
  try {
    const times: number[] = []
    const bare: number[] = []
    for (let n = -WARM_UP; n < TIMES; n += 1) {
      const ms = await approveOne(client, stamp)
      const floorMs = await spawnOne(script, stamp)
      if (n < 0) continue
      times.push(ms)
      bare.push(floorMs)
    }
    const floor = (p: number) => ({ what: 'bare spawn', value: quantile(bare, p) })
    return [
      {
        what: 'approve → command runs, p50',
        value: quantile(times, 0.5),
        unit: 'ms',
        floor: floor(0.5),
      },
      {
        what: 'approve → command runs, p95',
        value: quantile(times, 0.95),
        unit: 'ms',
        budget: 150,
        floor: floor(0.95),
      },
    ]
  } finally {
    client.close()
    await product.stop()
  }
}

function toRunbook(script: string): string {
  return `---
title: Write down the time
target: local
---

\`\`\`sh {"name":"stamp","qd.kind":"change","qd.undo":"none"}
${script}
\`\`\`
`
}

async function approveOne({ api, next }: BridgeClient, stamp: string): Promise<number> {
  const asked = next('approvals.changed', ({ status }) => status === 'waiting')
  const run = await api.runs.start({ runbookId: RUNBOOK })
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
