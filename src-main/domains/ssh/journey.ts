import type { HostKey } from '#domains/connectors'
import type { Line } from './line'
import { type Opening, openLine, readKey } from './open'
import type { Hop } from './route'
import type { SignIn } from './sign-in'

interface Needs {
  createSignIn(hop: Hop): SignIn
  now(): number
}

/** The way to a host gone once, machine by machine, over lines of its own: for a test, and to see a host key. */
export function createJourney({ createSignIn, now }: Needs) {
  const lines: Line[] = []
  let through: { line: Line; name: string } | undefined

  async function* open(hops: readonly Hop[], signal: AbortSignal): Opening {
    for (const hop of hops) {
      const line: Line | undefined = yield* openLine(
        { hop, through, signIn: createSignIn(hop), now },
        signal,
      )
      if (!line) return undefined
      lines.push(line)
      through = { line, name: hop.name }
    }
    return through?.line
  }

  return {
    open,
    /** Of the jump host, or of the last one. Throws an error in words when it is not reached. */
    async readKey(
      hops: readonly Hop[],
      jumpHost: string | undefined,
      signal: AbortSignal,
    ): Promise<HostKey> {
      const at = hops.findIndex((hop) => hop.jumpHost === (jumpHost ?? null))
      if (at < 0) throw new Error(`${jumpHost} is no longer on the way.`)
      await drain(open(hops.slice(0, at), signal))
      const hop = hops[at]!
      const { fingerprint, type } = await readKey(
        { hop, through, signIn: createSignIn(hop), now },
        signal,
      )
      return { fingerprint, type }
    },
    /** The last first: the others carry it. */
    end() {
      for (const line of lines.toReversed()) line.end()
    },
  }
}

/** A stage that was not passed is the error. */
async function drain(opening: Opening): Promise<void> {
  let last = ''
  for (;;) {
    const { done, value } = await opening.next()
    if (done) return
    if (value.state === 'failed' || value.state === 'asks') last = value.detail
    if (last !== '') throw new Error(last)
  }
}
