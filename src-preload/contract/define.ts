import type { z } from 'zod'

/** Least role that may make a call; each role includes the ones before it. Enforced in main, never in the renderer. */
export const ROLES = ['viewer', 'operator', 'approver', 'admin'] as const
export type RoleName = (typeof ROLES)[number]

/** Does somebody with the first role have what takes the second? */
export function hasRole(role: RoleName, needed: RoleName): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed)
}

/** A question: changes nothing, may be asked again, may be cached by the renderer. Any role may ask. */
export function query<I extends z.ZodType, O extends z.ZodType>(input: I, output: O) {
  return { kind: 'query', role: 'viewer' as RoleName, input, output } as const
}

/** An order: changes state, enters the audit trail, is never repeated on its own. Default role: operator. */
export function command<I extends z.ZodType, O extends z.ZodType>(
  input: I,
  output: O,
  { role = 'operator' }: { role?: RoleName } = {},
) {
  return { kind: 'command', role, input, output } as const
}

/** A question whose answer comes in pieces until it ends or is cancelled. Pieces keep their order. */
export function stream<I extends z.ZodType, O extends z.ZodType>(input: I, chunk: O) {
  return { kind: 'stream', role: 'viewer' as RoleName, input, chunk } as const
}

/** News that main tells to every window and to every domain that listens. */
export function event<P extends z.ZodType>(payload: P) {
  return { kind: 'event', payload } as const
}

export type Call = ReturnType<typeof query> | ReturnType<typeof command>
export type Stream = ReturnType<typeof stream>
export type News = ReturnType<typeof event>
export type Domain = Record<string, Call | Stream | News>

/** What main must implement for one domain: every call and stream, no more and no less. */
export type Handlers<D extends Domain, Caller> = {
  [K in keyof D as D[K] extends News ? never : K]: D[K] extends Call
    ? (
        input: z.output<D[K]['input']>,
        caller: Caller,
      ) => z.output<D[K]['output']> | Promise<z.output<D[K]['output']>>
    : D[K] extends Stream
      ? (input: z.output<D[K]['input']>, caller: Caller) => AsyncIterable<z.output<D[K]['chunk']>>
      : never
}

/** What the renderer may call for one domain. Ending the iteration of a stream cancels it in main. */
export type Client<D extends Domain> = {
  [K in keyof D as D[K] extends News ? never : K]: D[K] extends Call
    ? (input: z.input<D[K]['input']>) => Promise<z.output<D[K]['output']>>
    : D[K] extends Stream
      ? (input: z.input<D[K]['input']>) => AsyncIterable<z.output<D[K]['chunk']>>
      : never
}
