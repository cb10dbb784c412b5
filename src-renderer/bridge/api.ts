import { useSyncExternalStore } from 'react'
import { type AppEvents, type Contract, contract } from '#contract'
import type { Client } from '#contract/define'
import type { Door } from '#contract/door'
import type { CallBook, CallOptions } from './call-book'
import { createDoorLines } from './door-line'
import type { OpenLine } from './line'
import { type Connection, createLink } from './link'
import { obeyPagePolicy } from './page-policy'
import { createSessionKey } from './session-key'
import { createSocketLines } from './socket-line'

// The contract, callable: the renderer's only way to main, in both hosts.
export type { Connection }

type Cancellable<D> = {
  [K in keyof D]: D[K] extends (input: infer Input) => infer Answer
    ? (input: Input, options?: CallOptions) => Answer
    : never
}
type Api = { [D in keyof Contract]: Cancellable<Client<Contract[D]>> }

const link = createLink(chooseLine())

/** Every call of the contract. A "no" rejects with `Refusal`; a lost line with `disconnected`. Streams end when left. */
export const api = createApi(link.calls)

/** What main tells by itself. */
export const news = {
  /** Returns how to stop listening. */
  subscribe<N extends keyof AppEvents>(
    name: N,
    listener: (payload: AppEvents[N]) => void,
  ): () => void {
    // Main checked the payload against the contract before it was told.
    return link.news.subscribe(name, listener as (payload: unknown) => void)
  },
}

/** How it stands with the line to main. */
export const connection = {
  current: link.connection.current,
  subscribe: link.connection.subscribe,
  /** Hears when everything that was cached must be asked for again. */
  onResync: link.news.onResync,
  /** Tries now instead of later. */
  retry: link.connect,
}

/** The connection, for a component. */
export function useConnection(): Connection {
  return useSyncExternalStore(connection.subscribe, connection.current)
}

/** Opens the line and keeps it open. Called once, at the start, before anything is drawn. */
export function connect(): void {
  obeyPagePolicy()
  link.connect()
  addEventListener('hashchange', link.connect) // a fresh address in the same tab
  // The machine woke or the operator came back: no reason to wait for the next try.
  for (const sign of ['online', 'focus']) addEventListener(sign, hurry)
}

function hurry(): void {
  if (connection.current().state === 'offline') link.connect()
}

function createApi(calls: CallBook): Api {
  const domains = Object.entries(contract).map(([domain, parts]) => [
    domain,
    Object.fromEntries(
      Object.entries(parts).flatMap(([name, { kind }]) => {
        const full = `${domain}.${name}`
        if (kind === 'event') return []
        return [
          [
            name,
            (input: unknown, options?: CallOptions) =>
              kind === 'stream'
                ? calls.read(full, input, options)
                : calls.ask(kind, full, input, options),
          ],
        ]
      }),
    ),
  ])
  // The contract's own types say what each of these answers; main keeps the promise.
  return Object.fromEntries(domains) as Api
}

/** Electron's door when there is one, else the address that the page came from. Looks only when the line is opened. */
function chooseLine(): OpenLine {
  let chosen: OpenLine | undefined
  return (events) => (chosen ??= findLine())(events)
}

function findLine(): OpenLine {
  const { quarterdeck } = globalThis as { quarterdeck?: Door }
  if (quarterdeck) return createDoorLines(quarterdeck)
  const { location, history, sessionStorage: storage } = window
  const key = createSessionKey({
    location,
    history,
    storage,
    fetch: (path, init) => fetch(path, init),
  })
  return createSocketLines(`${location.origin.replace(/^http/, 'ws')}/bridge`, key)
}
