import { CLOSE, type Downward, type Upward } from '#contract/frames'
import { type CallBook, createCallBook } from './call-book'
import type { Line, OpenLine } from './line'
import { createNewsDesk, type NewsDesk } from './news-desk'
import { createWatchdog } from './watchdog'
import { createWatched, type Watched } from './watched'

/** How it stands with the line to main. `refused` is final until the operator does something. */
export interface Connection {
  readonly state: 'connecting' | 'ready' | 'offline' | 'refused'
  /** For the operator; empty when there is nothing to say. */
  readonly message: string
}

const CONNECTING: Connection = { state: 'connecting', message: '' }

/** Milliseconds before the first try again and the longest between two; each doubles the last, give or take a fifth. */
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 10_000

/** The line to main: greets, comes back by itself, and knows what was missed. */
export interface Link {
  readonly connection: Watched<Connection>
  readonly calls: CallBook
  readonly news: NewsDesk
  /** Does nothing when it is connected or about to be. */
  connect(): void
}

export function createLink(openLine: OpenLine): Link {
  const connection = createWatched(CONNECTING)
  const news = createNewsDesk()
  const calls = createCallBook((frame) => line?.send(frame))
  const watchdog = createWatchdog({ ask: () => say({ t: 'ping' }), giveUp: hangUp })
  let line: Line | undefined
  let nextTry: ReturnType<typeof setTimeout> | undefined
  let tries = 0
  let lost = 0
  return { connection, calls, news, connect }

  function connect(): void {
    if (line) return
    clearTimeout(nextTry)
    if (connection.current().state === 'refused') connection.set(CONNECTING)
    watchdog.expect()
    const opened: Line = openLine({
      onOpen(token) {
        if (opened === line)
          say({ t: 'hello', ...(token !== undefined && { token }), ...news.heard() })
      },
      onFrame: (text) => opened === line && take(JSON.parse(text) as Downward),
      onClosed: (code, reason) => opened === line && lose(code, reason),
    })
    line = opened
  }

  function say(frame: Upward): void {
    line?.send(JSON.stringify(frame))
  }

  function take(frame: Downward): void {
    watchdog.heard()
    if (frame.t === 'welcome') begin(frame)
    else if (frame.t === 'news') news.take(frame)
    else if (frame.t !== 'pong') calls.take(frame)
  }

  function begin(welcome: Extract<Downward, { t: 'welcome' }>): void {
    tries = 0
    connection.set({ state: 'ready', message: '' })
    calls.start()
    // Whoever lost an answer asks again, as one who missed news does.
    news.begin(welcome, lost > 0)
    lost = 0
  }

  function hangUp(): void {
    const old = line
    lose(CLOSE.goingAway, SILENT)
    old?.close()
  }

  function lose(code: number, reason: string): void {
    line = undefined
    watchdog.stop()
    lost += calls.stop().lost
    if (code === CLOSE.notAdmitted || code === CLOSE.badFrames) {
      const message = code === CLOSE.badFrames ? OTHER_VERSION : reason
      return connection.set({ state: 'refused', message })
    }
    connection.set({ state: 'offline', message: reason })
    nextTry = setTimeout(connect, waitBefore(tries))
    tries += 1
  }
}

function waitBefore(tries: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries) * (0.8 + 0.4 * Math.random())
}

const SILENT =
  'Quarterdeck does not answer. It may be busy or gone; this window tries again by itself.'
const OTHER_VERSION =
  'This window does not fit the program behind it, which may be newer. Reload the window.'
