import { z } from 'zod'
import { RefusalCode } from './refusal'

/** Most characters one frame may have on either transport, in UTF-16 units; longer ones end the session. */
export const MAX_FRAME = 1_048_576
/** Calls one session may have under way. */
export const MAX_IN_FLIGHT = 64
/** Streams one session may have open. */
export const MAX_STREAMS = 32
/** Pieces of a stream main sends before it waits for an `ack`. */
export const STREAM_WINDOW = 64
/** Pieces of news main keeps for a renderer that was away. */
export const NEWS_KEPT = 512

const CallId = z.int().positive()

/** Renderer → main, as one JSON text. */
export const Upward = z.discriminatedUnion('t', [
  /** First frame of a session. `epoch` and `seq` say which news it has heard last. */
  z.strictObject({
    t: z.literal('hello'),
    token: z.string().max(200).optional(),
    epoch: z.string().max(60).optional(),
    seq: z.int().nonnegative().optional(),
  }),
  z.strictObject({
    t: z.literal('call'),
    id: CallId,
    name: z.string().max(80),
    input: z.unknown(),
  }),
  z.strictObject({ t: z.literal('cancel'), id: CallId }),
  /** `seq`: the last piece of this stream that was taken in. */
  z.strictObject({ t: z.literal('ack'), id: CallId, seq: z.int().nonnegative() }),
  z.strictObject({ t: z.literal('ping') }),
])
export type Upward = z.infer<typeof Upward>

/** Main → renderer, as one JSON text. */
export const Downward = z.discriminatedUnion('t', [
  /** `resync`: news were missed, so everything cached is to be asked again. */
  z.strictObject({ t: z.literal('welcome'), epoch: z.string(), seq: z.int(), resync: z.boolean() }),
  z.strictObject({ t: z.literal('value'), id: CallId, value: z.unknown() }),
  z.strictObject({ t: z.literal('refused'), id: CallId, code: RefusalCode, message: z.string() }),
  z.strictObject({ t: z.literal('chunk'), id: CallId, seq: z.int(), value: z.unknown() }),
  z.strictObject({ t: z.literal('end'), id: CallId }),
  z.strictObject({ t: z.literal('news'), seq: z.int(), name: z.string(), payload: z.unknown() }),
  z.strictObject({ t: z.literal('pong') }),
])
export type Downward = z.infer<typeof Downward>

/** Why a session ended: WebSocket close codes, and the same numbers through Electron's door. */
export const CLOSE = {
  /** Main stops, or the window goes. Worth another try. */
  goingAway: 1001,
  /** A frame was longer than `MAX_FRAME`. */
  tooLarge: 1009,
  /** Too many frames that this protocol does not know: the two sides are not of one version. */
  badFrames: 4400,
  /** No token, a token that ended, or no greeting in time. */
  notAdmitted: 4401,
  /** The other side did not take in what was sent. */
  tooSlow: 4408,
} as const
