import { CLOSE, MAX_FRAME, type Upward } from '#contract/frames'
import type { Log } from '#platform/log'
import { decode, encode } from './codec'
import { type Conversation, createConversation } from './conversation'
import type { Desk } from './desk'
import type { NewsBoard } from './news-board'
import type { Admit, Transport } from './transport'

/** Time for the first frame. */
export const HELLO_MS = 5_000
/** Frames that fit nothing, before the session ends. */
export const MAX_BAD_FRAMES = 20
/** Bytes that may wait for a renderer that does not read, before the session ends. */
export const MAX_WAITING = 32 * 1_048_576

interface Needs {
  desk: Desk
  board: NewsBoard
  log: Log
  /** Undefined: the transport itself is the proof. */
  admit: Admit | undefined
  onEnd: () => void
}

/** What main knows of one renderer. */
export interface Session {
  end(code: number, reason: string): void
}

/** Serves one line until it closes: a greeting first, then calls and streams within their limits, and all news. */
export function openSession(transport: Transport, needs: Needs): Session {
  const { board, log } = needs
  let conversation: Conversation | undefined
  let stopNews: (() => void) | undefined
  let isOver = false
  let badFrames = 0
  const late = setTimeout(() => end(CLOSE.notAdmitted, 'no greeting in time'), HELLO_MS)
  transport.onClose(finish)
  transport.onMessage((text) => {
    if (isOver) return
    if (text.length > MAX_FRAME) return end(CLOSE.tooLarge, 'the frame is too long')
    const frame = decode(text)
    if (conversation) judge(conversation, frame)
    else greet(frame)
  })
  return { end }

  function greet(frame: Upward | undefined): void {
    if (frame?.t !== 'hello') return end(CLOSE.notAdmitted, 'the first frame must be a greeting')
    const pass = needs.admit?.(frame.token)
    if (needs.admit && !pass) return end(CLOSE.notAdmitted, 'this window has no valid key')
    clearTimeout(late)
    conversation = createConversation({ ...needs, pass, send })
    const missed = board.since(frame)
    welcome(missed === undefined)
    for (const piece of missed ?? []) send(piece)
    stopNews = board.read({ tell: send, resync: () => welcome(true) })
  }

  function judge(open: Conversation, frame: Upward | undefined): void {
    const verdict = frame ? open.take(frame) : 'bad'
    if (verdict === 'no_pass') return end(CLOSE.notAdmitted, 'the key of this window has ended')
    if (verdict === 'bad') badFrames += 1
    if (badFrames >= MAX_BAD_FRAMES) end(CLOSE.badFrames, 'too many frames that fit nothing')
  }

  function welcome(resync: boolean): void {
    send(encode({ t: 'welcome', epoch: board.epoch, seq: board.seq(), resync }))
  }

  function send(frame: string): void {
    if (isOver) return
    const isStuck = (transport.bufferedAmount?.() ?? 0) > MAX_WAITING
    if (isStuck) end(CLOSE.tooSlow, 'answers are not taken in')
    else transport.send(frame)
  }

  function end(code: number, reason: string): void {
    if (isOver) return
    log[code === CLOSE.goingAway ? 'debug' : 'warn']({ code, reason }, 'a session was ended')
    finish()
    transport.close(code, reason)
  }

  function finish(): void {
    if (isOver) return
    isOver = true
    clearTimeout(late)
    stopNews?.()
    conversation?.end()
    needs.onEnd()
  }
}
