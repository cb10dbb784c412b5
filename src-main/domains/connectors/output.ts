import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Masking } from '#platform/masking'
import type { Perform } from './connector'

type ChannelName = 'stdout' | 'stderr'

/** Turns a program's bytes into masked text, in order; a character or a secret split over two chunks stays whole. */
export interface Output {
  write(channel: ChannelName, bytes: Uint8Array): void
  /** Waits until the pipes are closed, or silent for so long: a child that was left running may keep them open. */
  drained(closed: Promise<unknown>, silentMs: number): Promise<void>
  /** Gives out what was held back; later bytes are dropped. */
  end(): void
}

const SLICE_MS = 100

export function createOutput(masking: Masking, emit: Perform['onOutput']): Output {
  const lanes = { stdout: createLane('stdout'), stderr: createLane('stderr') }
  let writes = 0
  let ended = false
  return {
    write(channel, bytes) {
      if (ended) return
      writes++
      lanes[channel].write(bytes)
    },
    async drained(closed, silentMs) {
      const close = closed.then(() => true)
      for (let silent = 0; silent < silentMs; silent += SLICE_MS) {
        const before = writes
        if (await Promise.race([close, sleep(SLICE_MS, false)])) return
        await nextTurn() // a busy loop runs timers first: bytes that wait in the pipe get their turn
        if (writes !== before) silent = 0
      }
    },
    end() {
      ended = true
      lanes.stdout.end()
      lanes.stderr.end()
    },
  }

  function createLane(channel: ChannelName) {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    let held = ''
    const give = (text: string) => {
      if (text !== '') emit(channel, masking.mask(text))
    }
    return {
      write(bytes: Uint8Array) {
        const text = held + decoder.decode(bytes, { stream: true })
        const settled = masking.settled(text)
        held = text.slice(settled)
        give(text.slice(0, settled))
      },
      end() {
        const rest = held + decoder.decode()
        held = ''
        give(rest)
      },
    }
  }
}
