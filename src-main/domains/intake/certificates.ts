import type { Timestamp } from '#contract/primitives'
import type { Clock } from '#platform/clock'
import type { FetchText } from './outside'
import type { KeptSource } from './source-repository'

/** After a certificate could not be read its address is left alone for so long. */
const REST_MS = 60_000
/** Addresses of one source that rest; with so many nobody is asked for it: senders write the addresses. */
const MOST_RESTING = 8

interface Needs {
  clock: Clock
  fetchText: FetchText
}

/** Certificates from outside, asked for so seldom that a flood of deliveries never becomes one of ours. */
export function createCertificates({ clock, fetchText }: Needs) {
  const resting = new Map<string, Map<string, Timestamp>>()
  const underWay = new Map<string, Promise<string>>()

  /** When each may be asked again, by address. */
  function restingOf(source: string): Map<string, Timestamp> {
    const mine = resting.get(source) ?? new Map<string, Timestamp>()
    resting.set(source, mine)
    for (const [url, until] of mine) if (until <= clock.now()) mine.delete(url)
    return mine
  }

  async function askOnce(url: string, { kind, name }: KeptSource): Promise<string> {
    try {
      return await fetchText(url, `certificate of ${kind}`)
    } catch (error) {
      restingOf(name).set(url, clock.now() + REST_MS)
      throw error
    } finally {
      underWay.delete(url)
    }
  }

  return {
    /** Whoever asks meanwhile gets the same answer. Rejects when it cannot be had, or is not asked for now. */
    async read(url: string, source: KeptSource): Promise<string> {
      const known = underWay.get(url)
      if (known) return known
      const mine = restingOf(source.name)
      if (mine.has(url) || mine.size + underWay.size >= MOST_RESTING)
        throw new Error('It was asked for a moment ago.')
      const asking = askOnce(url, source)
      underWay.set(url, asking)
      return asking
    },
    /** Is there an address that is left alone now? */
    isResting: (source: string) => restingOf(source).size > 0,
  }
}
