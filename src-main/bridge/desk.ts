import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import { Refusal } from '#contract'
import { type Call, type Domain, hasRole, type Stream } from '#contract/define'
import type { Operator } from '#contract/people'
import type { Caller } from '#platform/caller'
import type { Log } from '#platform/log'
import { toSentence } from './sentence'

type Handler = (input: unknown, caller: Caller) => unknown

/** One call or stream of the contract and who answers it. */
export interface Entry {
  readonly name: string
  readonly spec: Call | Stream
  readonly handle: Handler
}

/** Asks the domains, and lets nothing through that does not fit the contract, in either direction. Throws `Refusal` only. */
export interface Desk {
  find(name: string): Entry | undefined
  answer(entry: Entry, input: unknown, signal: AbortSignal): Promise<unknown>
  chunks(entry: Entry, input: unknown, signal: AbortSignal): AsyncIterable<unknown>
}

interface Needs {
  contract: Readonly<Record<string, Domain>>
  domains: Readonly<Record<string, object>>
  log: Log
  caller: () => Operator | Promise<Operator>
}

export function createDesk({ contract, domains, log, caller }: Needs): Desk {
  // A map: `__proto__.x` and `constructor.name` are names that nobody has, not ways into an object.
  const entries = new Map(entriesOf(contract, domains).map((entry) => [entry.name, entry]))
  return {
    find: (name) => entries.get(name),
    async answer(entry, input, signal) {
      try {
        const value = await entry.handle(...(await admit(entry, input, signal)))
        return checked(outputOf(entry.spec), value, entry)
      } catch (error) {
        throw toRefusal(error, entry, signal)
      }
    },
    async *chunks(entry, input, signal) {
      try {
        const pieces = entry.handle(...(await admit(entry, input, signal)))
        for await (const piece of pieces as AsyncIterable<unknown>) {
          yield checked(outputOf(entry.spec), piece, entry)
        }
      } catch (error) {
        throw toRefusal(error, entry, signal)
      }
    },
  }

  async function admit(
    { name, spec }: Entry,
    input: unknown,
    signal: AbortSignal,
  ): Promise<[unknown, Caller]> {
    const operator = await caller()
    if (!hasRole(operator.role, spec.role)) {
      throw new Refusal(
        'forbidden',
        `This needs the role ${spec.role} and you are ${operator.role}. Nothing was changed. Ask somebody who is ${spec.role}. (${name})`,
      )
    }
    const parsed = spec.input.safeParse(input)
    if (!parsed.success) throw new Refusal('invalid_input', toSentence(parsed.error))
    return [parsed.data, { operator, signal }]
  }

  function toRefusal(error: unknown, { name, spec }: Entry, signal: AbortSignal): Refusal {
    if (error instanceof Refusal) return error
    if (signal.aborted) {
      log.debug({ err: error, call: name }, 'ended after it was cancelled')
      return new Refusal('cancelled', 'This was cancelled.')
    }
    const reference = randomBytes(4).toString('hex')
    log.error({ err: error, call: name, reference }, 'a call failed')
    const doubt =
      spec.kind === 'command'
        ? ' Whether it took effect is not known: look before you repeat it.'
        : ''
    return new Refusal(
      'internal',
      `Something went wrong inside Quarterdeck. The log has it under ${reference}.${doubt}`,
    )
  }
}

function entriesOf(
  contract: Readonly<Record<string, Domain>>,
  domains: Readonly<Record<string, object>>,
): Entry[] {
  return Object.entries(contract).flatMap(([domain, parts]) =>
    Object.entries(parts).flatMap(([name, spec]) => {
      if (spec.kind === 'event') return []
      const face = domains[domain] as Readonly<Record<string, Handler>> | undefined
      if (typeof face?.[name] !== 'function')
        throw new TypeError(`Nobody answers ${domain}.${name}`)
      return [{ name: `${domain}.${name}`, spec, handle: face[name].bind(face) }]
    }),
  )
}

function outputOf(spec: Call | Stream): z.ZodType {
  return spec.kind === 'stream' ? spec.chunk : spec.output
}

function checked(schema: z.ZodType, value: unknown, { name }: Entry): unknown {
  const parsed = schema.safeParse(value)
  if (!parsed.success) {
    throw new TypeError(`The answer of ${name} does not fit the contract: ${parsed.error.message}`)
  }
  return parsed.data
}
