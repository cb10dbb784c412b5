import type { GenericMapping, SourceKind, SourceSettings } from '#contract/intake'
import type { Timestamp } from '#contract/primitives'
import type { ChangeNews } from '#domains/changes'
import type { Signal } from '#domains/tickets'
import type { Proof } from './proof'

/** One request as a source reads it. */
export interface SourceRequest {
  /** Lower-case names; credentials are not among them. */
  readonly headers: Readonly<Record<string, string>>
  /** Media type in lower case without parameters; empty when none was given. */
  readonly contentType: string
  /** The JSON value of the body, its text, or the fields of a form, as the source accepts it. */
  readonly body: unknown
  readonly receivedAt: Timestamp
  /** How a generic source is mapped; null for the others. */
  readonly mapping: GenericMapping | null
  /** What the operator said about this source, such as which jobs deploy. */
  readonly settings: SourceSettings
}

/** A signal before it has a source and a delivery. */
export type SourceSignal = Omit<Signal, 'source' | 'deliveryId' | 'receivedAt'>

/** A subscription that starts only when an operator says yes: the address to visit, and what it would subscribe to. */
export interface Confirmation {
  readonly url: string
  readonly what: string
}

export interface Reading {
  readonly signals: readonly SourceSignal[]
  /** What it says about engineering work. */
  readonly changes?: readonly ChangeNews[]
  /** Why an understood body says nothing for us. */
  readonly ignored?: string
  /** What should be known beside the signals, such as alerts that the sender left out. */
  readonly note?: string
  readonly confirmation?: Confirmation
}

/** How a body of some type is opened before it is read. `form` also covers multipart: an object of text fields. */
export type Form = 'json' | 'text' | 'form'

/** What a sender hears when the delivery is kept, where it wants to hear something of its own. */
export interface Reply {
  readonly contentType: string
  readonly body: string
}

/**
 * A kind of sender: one file each. To add one: write the file, name it in `SourceKind` of the contract and in `KINDS` of
 * `kinds.ts`, and describe its set-up in `src-renderer/features/intake/kinds`.
 */
export interface SourceReader {
  readonly kind: SourceKind
  /** Answers the abuse-protection handshake of the CloudEvents webhook specification. */
  readonly handshake?: boolean
  /** How a sender signs, beside the token in the address. Absent: it cannot. */
  readonly proof?: Proof
  /** Headers that carry a secret in the clear: heeded for the proof, then dropped, never kept. Lower case. */
  readonly secretHeaders?: readonly string[]
  /** Largest body in bytes. Default: 5 MiB. */
  readonly mostBytes?: number
  /** May a body of this type be read? Otherwise the sender is told 415. */
  accepts(contentType: string, headers: SourceRequest['headers']): Form | undefined
  /** What is the same for every retry of one delivery; undefined where the sender has no such thing. */
  deliveryKey(request: SourceRequest): string | undefined
  /** Throws `Unreadable` when the body is not what this kind sends. */
  read(request: SourceRequest): Reading
  /** Answers in the sender's own words. Default: 202 with JSON. */
  reply?(request: SourceRequest): Reply
  /** A body of this kind, for a test through the real address. Text is sent as it is, anything else as JSON. */
  example(status: 'firing' | 'resolved', now: Timestamp, mapping: GenericMapping | null): unknown
  /** Headers that go with the example, such as the name of the event. */
  exampleHeaders?(status: 'firing' | 'resolved'): Readonly<Record<string, string>>
}

/** The body is well-formed, but it is not what the source sends. The message is for the operator. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
}
