import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const PROGRAM = join(import.meta.dirname, '../../../out/main/cli.js')
if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not built: run \`npm run build\` first`)

/** As an operator starts it, with the passphrase on a descriptor. */
export async function startConsole(
  data: string,
  passphrase: string,
): Promise<{ child: ChildProcess; url: string; printed: () => string }> {
  const args = ['start', '--host', 'browser', '--no-open', '--data', data, '--intake-port', '0']
  const vault = ['--vault', 'passphrase', '--vault-passphrase-fd', '3', '--log-level', 'debug']
  const child = spawn(process.execPath, [PROGRAM, ...args, ...vault], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  let text = ''
  child.stdout!.on('data', (piece: Buffer) => (text += piece.toString()))
  child.stderr!.on('data', (piece: Buffer) => (text += piece.toString()))
  const descriptor = child.stdio[3] as NodeJS.WritableStream
  descriptor.end(`${passphrase}\n`)
  for (let tries = 0; tries < 600; tries++) {
    const url = /(http:\/\/\S+#t=\S+)/.exec(text)?.[1]
    if (url && text.includes('taken in at')) return { child, url, printed: () => text }
    if (child.exitCode !== null) break
    await sleep(50)
  }
  throw new Error(`Quarterdeck did not start: ${text}`)
}
