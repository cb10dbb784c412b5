import type { Egress } from '#domains/egress'

/** Certificates and confirmations are a few kilobytes, and whoever sent the delivery is waiting. */
const MOST_BYTES = 256 * 1024
const MOST_MS = 8_000

export type FetchText = (url: string, purpose: string) => Promise<string>

/** Reads a text from outside, written down in the egress ledger. Rejects when it cannot be had, or is refused. */
export function createFetchText(egress: Pick<Egress, 'fetch'>): FetchText {
  return async (url, purpose) => {
    const request = { url: new URL(url), totalMs: MOST_MS, mostBytes: MOST_BYTES }
    const { status, body } = await egress.fetch(request, { purpose, actor: 'intake' })
    if (status !== 200) throw new Error(`it answered ${status}`)
    return body.toString()
  }
}
