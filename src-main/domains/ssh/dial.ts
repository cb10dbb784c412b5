import { lookup } from 'node:dns/promises'
import { connect as connectSocket, type Socket } from 'node:net'
import type { Hop } from './route'

/** The addresses a name stands for. Throws an error in words. */
export async function lookUp({ host }: Hop): Promise<string[]> {
  try {
    const found = await lookup(host, { all: true })
    return found.map(({ address }) => address)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOTFOUND' ? 'no name server knows it' : `the look-up failed (${code})`
    throw new Error(`The name ${host} was not found: ${why}.`, { cause: error })
  }
}

/** The first address that answers, tried in the resolver's order. Throws an error in words. */
export async function reach(
  { port, connectMs }: Hop,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<Socket> {
  const problems: string[] = []
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(connectMs)])
  for (const address of addresses) {
    try {
      return await dial(address, port, deadline)
    } catch (error) {
      signal.throwIfAborted()
      const code = deadline.aborted ? 'ETIMEDOUT' : ((error as NodeJS.ErrnoException).code ?? '')
      problems.push(`${address}: ${UNREACHED[code] ?? String(error)}`)
      if (deadline.aborted) break
    }
  }
  throw new Error(`Port ${port} was not reached (${problems.join('; ')}).`)
}

const UNREACHED: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ETIMEDOUT: 'no answer; a firewall may drop it, or the host is down',
  EHOSTUNREACH: 'no way to this host',
  ENETUNREACH: 'no way to this network',
  ECONNRESET: 'the connection was cut off',
}

function dial(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ host, port, noDelay: true })
    const stop = () => socket.destroy(new Error('It was given up.'))
    socket.once('error', reject)
    socket.once('connect', () => {
      signal.removeEventListener('abort', stop)
      socket.off('error', reject)
      resolve(socket)
    })
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })
}
