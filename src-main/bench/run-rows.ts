import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { RunbookId } from '#contract/primitives'
import type { BridgeClient } from '#bench/bridge-client'
import { cpuSecondsOf, writeRunbook } from '#bench/hosts'
import { type Product, startProduct } from '#bench/product'
import { type Measure, quantile, type Skipped } from '#bench/report'
import { memoryOf, newFolder } from '#bench/workshop'

const STEPS = 50
const TIMES = 8
const COMMAND = 'uname'
const MANY = 'bench-many' as RunbookId

const step = (n: number) =>
  `\`\`\`sh {"name":"look-${n}","qd.kind":"check"}\n${COMMAND}\n\`\`\`\n\n`

/** What each step of a run costs beyond its command: fifty small reads on this machine, one after the other. */
export async function measureDriver(): Promise<Measure[]> {
  const data = join(newFolder(), 'data')
  const steps = Array.from({ length: STEPS }, (_, n) => step(n))
  writeRunbook(data, MANY, `---\ntitle: Look often\ntarget: local\n---\n\n${steps.join('')}`)
  const product = await startProduct(data)
  const client = await product.connect()
  try {
    const [ours, bare]: [number[], number[]] = [[], []]
    for (let n = -1; n < TIMES; n += 1) {
      const ms = (await timeRun(client, MANY)) / STEPS
      const floorMs = (await timeBare()) / STEPS
      if (n < 0) continue
      ours.push(ms)
      bare.push(floorMs)
    }
    const value = quantile(ours, 0.5)
    const floor = { what: 'the same command spawned', value: quantile(bare, 0.5) }
    const overhead = Math.max(0, value - floor.value)
    return [
      { what: `a step of ${STEPS} local reads, p50`, value, unit: 'ms', floor },
      { what: '… of it for freezing, recording and telling', value: overhead, unit: 'ms' },
    ]
  } finally {
    client.close()
    await product.stop()
  }
}

/** From the order until the run is over. */
export async function timeRun({ api, next }: BridgeClient, runbookId: RunbookId): Promise<number> {
  const over = next('runs.changed', ({ status }) => status === 'succeeded' || status === 'failed')
  const began = performance.now()
  const { id } = await api.runs.start({ runbookId })
  await over
  const ms = performance.now() - began
  const { status, reason } = await api.runs.get({ id })
  if (status !== 'succeeded') throw new Error(`The run of ${runbookId} ${status}: ${reason}`)
  return ms
}

async function timeBare(): Promise<number> {
  const began = performance.now()
  for (let n = 0; n < STEPS; n += 1) {
    const child = spawn('/bin/sh', ['-eu', '-c', COMMAND], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.resume()
    await once(child, 'close')
  }
  return performance.now() - began
}

const WAITING = 1000
const AT_ONCE = 10
const IDLE_S = 20
const BOOKS = {
  timer: `---\ntitle: Wait for a day\n---\n\n\`\`\`text {"name":"wait","qd.kind":"wait","qd.timer":"24h"}\nA day.\n\`\`\`\n`,
  answer: `---\ntitle: Wait for an answer\n---\n\n\`\`\`text {"name":"ask","qd.kind":"approval"}\nMay we?\n\`\`\`\n`,
}

/** What a thousand runs cost that wait: half of them for a timer, half for a person. */
export async function measureWaiting(): Promise<(Measure | Skipped)[]> {
  const data = join(newFolder(), 'data')
  for (const [name, markdown] of Object.entries(BOOKS))
    writeRunbook(data, `bench-${name}`, markdown)
  const product = await startProduct(data)
  const client = await product.connect()
  try {
    await startSome(client, 20)
    const before = await atRest(product)
    await startSome(client, WAITING)
    const after = await atRest(product)
    const what = `${WAITING.toLocaleString('en')} waiting runs`
    if (!before || !after) return [{ what, skipped: 'this system does not tell it like Linux' }]
    const kB = (Math.max(0, after.memory - before.memory) * 1024) / WAITING
    const floor = { what: 'with 20 runs', value: before.cpu }
    return [
      { what: `${what}: memory a run`, value: kB, unit: 'kB' },
      { what: `${what}: idle CPU over ${IDLE_S} s`, value: after.cpu, unit: '%', floor },
    ]
  } finally {
    client.close()
    await product.stop()
  }
}

async function startSome({ api }: BridgeClient, count: number): Promise<void> {
  for (let begun = 0; begun < count; begun += AT_ONCE) {
    const names = Array.from({ length: AT_ONCE }, (_, n) => (n % 2 ? 'timer' : 'answer'))
    const orders = names.map((name) => api.runs.start({ runbookId: `bench-${name}` as RunbookId }))
    await Promise.all(orders)
  }
}

/** Memory in MB and percent of one core, when nobody asks anything. */
async function atRest(product: Product): Promise<{ memory: number; cpu: number } | undefined> {
  await pause(5000)
  const began = cpuSecondsOf(product)
  const at = performance.now()
  await pause(IDLE_S * 1000)
  const ended = cpuSecondsOf(product)
  const memory = memoryOf(product.child)
  if (began === undefined || ended === undefined || memory === undefined) return undefined
  return { memory, cpu: ((ended - began) * 100_000) / (performance.now() - at) }
}
