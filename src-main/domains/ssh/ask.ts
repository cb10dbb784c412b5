import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '#platform/log'
import { ExecRefused, type RemoteProcess } from './line'
import type { Pool, Use, Way } from './pool'

export interface Started extends Use {
  readonly process: RemoteProcess
}

/** Rejects with `LineLost` when it may have been started; any other error means that it was not. */
export async function start(
  pool: Pool,
  way: Way,
  use: Use,
  command: string,
  pty: boolean,
): Promise<Started> {
  try {
    const process = await use.line.exec(command, pty)
    return { process, line: use.line, release() {} }
  } catch (error) {
    if (!(error instanceof ExecRefused && error.isFull)) throw error
  }
  const another = await pool.useAnother(way)
  try {
    return { ...another, process: await another.line.exec(command, pty) }
  } catch (error) {
    another.release()
    throw error
  }
}

interface Needs {
  readonly pool: Pool
  readonly log: Log
}

/** What a small command of ours answers: over a second channel, or a second line when the first is gone. Empty when nothing. */
export async function ask(
  { pool, log }: Needs,
  way: Way,
  command: string,
  { ms, input = Buffer.alloc(0) }: { readonly ms: number; readonly input?: Buffer },
): Promise<string> {
  let use: Use | undefined
  let started: Started | undefined
  try {
    use = await pool.use(way)
    started = await start(pool, way, use, command, false)
    const { channel, closed } = started.process
    let answer = ''
    channel.on('data', (bytes: Buffer) => (answer += bytes.toString('utf8')))
    channel.stderr.resume()
    channel.end(input)
    await Promise.race([closed, sleep(ms)])
    return answer
  } catch (error) {
    log.warn({ connection: way.id, why: String(error) }, 'could not ask a host')
    return ''
  } finally {
    started?.process.channel.close()
    started?.release()
    use?.release()
  }
}
