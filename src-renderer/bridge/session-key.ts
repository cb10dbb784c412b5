/** Where the browser host's key is found and kept. `sessionStorage` is per port and per tab, which cookies are not. */
export interface KeyPlaces {
  readonly location: Pick<Location, 'hash' | 'pathname' | 'search'>
  readonly history: Pick<History, 'replaceState' | 'state'>
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>
}

/** What came of looking for a key. `away`: main could not be asked now. */
type FoundKey =
  | { kind: 'key'; token: string }
  | { kind: 'refused'; message: string }
  | { kind: 'away' }

/** The key of this tab: a ticket in the address is swapped for one, at once and only once. */
export interface SessionKey {
  find(): Promise<FoundKey>
  /** Main does not take it any more. */
  forget(): void
}

const STORED = 'quarterdeck.key'
const TICKET = /^#t=([\w-]+)$/

export function createSessionKey({ location, history, storage, fetch }: KeyPlaces): SessionKey {
  let ticket: string | undefined
  return {
    async find() {
      ticket = takeTicket() ?? ticket
      if (ticket !== undefined) return swap(ticket)
      const token = storage.getItem(STORED)
      return token === null ? { kind: 'refused', message: NO_KEY } : { kind: 'key', token }
    },
    forget: () => storage.removeItem(STORED),
  }

  /** Out of the address before anything else, so that it stays in no history and no copied link. */
  function takeTicket(): string | undefined {
    const found = TICKET.exec(location.hash)?.[1]
    if (found !== undefined)
      history.replaceState(history.state, '', location.pathname + location.search)
    return found
  }

  async function swap(shown: string): Promise<FoundKey> {
    let response: Response
    try {
      response = await fetch('/session', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ ticket: shown }),
      })
    } catch {
      return { kind: 'away' } // the ticket may still be good
    }
    ticket = undefined
    const answer = (await response.json()) as { token?: string; message?: string }
    if (answer.token === undefined) return { kind: 'refused', message: answer.message ?? NO_KEY }
    storage.setItem(STORED, answer.token)
    return { kind: 'key', token: answer.token }
  }
}

/** Also the words for a key that has ended. */
export const NO_KEY =
  'This tab has no key, or its key has ended. Run `quarterdeck open` where Quarterdeck runs, or look at its terminal, for a new address.'
