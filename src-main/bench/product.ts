import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { type BridgeClient, connectBridge } from '#bench/bridge-client'
import { endPolitely, ROOT, startProgram } from '#bench/workshop'

const START_MS = 120_000
const BIN = join(ROOT, 'src-main', 'bin.mjs')

/** A running Quarterdeck, as its users start it. */
export interface Product {
  readonly child: ChildProcess
  /** Good for one window, for two minutes. */
  readonly url: string
  /** From the start of the process to the printed address. */
  readonly startMs: number
  /** A window's session over the real bridge. Once only: it pays with the address. */
  connect(): Promise<BridgeClient>
  stop(): Promise<void>
}

/** Starts the built program on a data folder; ends when its address is printed. */
export async function startProduct(dataFolder: string): Promise<Product> {
  const began = performance.now()
  const flags = ['--no-open', '--vault', 'memory', '--intake-port', '0', '--log-level', 'error']
  const child = startProgram(
    process.execPath,
    [BIN, 'start', '--host', 'browser', '--data', dataFolder, ...flags],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const url = await printedAddress(child)
  const startMs = performance.now() - began
  return { child, url, startMs, connect: () => connectBridge(url), stop: () => endPolitely(child) }
}

function printedAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const late = setTimeout(() => fail('printed no address in time'), START_MS)
    const fail = (why: string) => {
      clearTimeout(late)
      reject(new Error(`Quarterdeck ${why}: ${text}`))
    }
    child.once('exit', () => fail('ended'))
    child.stdout!.on('data', (bytes: Buffer) => {
      text += bytes.toString()
      const url = /(http:\/\/\S+#t=\S+)/.exec(text)?.[1]
      if (url === undefined) return
      clearTimeout(late)
      resolve(url)
    })
  })
}
