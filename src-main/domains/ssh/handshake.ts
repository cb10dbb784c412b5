import type { Duplex } from 'node:stream'
import type { ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2'
import { CERTIFICATES_FIRST, expectPlainSignature, ssh2 } from '#platform/ssh2'
import { type ShownKey, toShownKey, type Wanted } from './host-key'
import { type Line, toLine } from './line'
import type { Hop } from './route'
import { NO_MORE, type SignIn } from './sign-in'

/** A conversation with a host that has shown its key and was told nothing yet. */
export interface Handshake {
  readonly hostKey: Promise<ShownKey>
  /** Accepts the key that was shown, and signs in. */
  signIn(): Promise<Line>
}

const HANDSHAKE_MS = 20_000

/** Begins over `socket`. */
export function shakeHands(hop: Hop, types: Wanted, signIn: SignIn, socket: Duplex): Handshake {
  const client = new ssh2.Client()
  const hostKey = Promise.withResolvers<ShownKey>()
  const ready = Promise.withResolvers<Line>()
  // Each may fail while nobody waits for it yet; whoever waits later still hears it.
  hostKey.promise.catch(() => {})
  ready.promise.catch(() => {})
  let shown: ShownKey | undefined
  let accept: ((permitted: boolean) => void) | undefined
  let problem = ''
  let isOpen = false
  const fail = (why: string) => {
    isOpen = false
    problem ||= why
    hostKey.reject(new Error(problem))
    ready.reject(new Error(signIn.explain(problem)))
  }
  client
    .on('ready', () => {
      isOpen = true
      ready.resolve(toLine(client, () => ({ isOpen, problem }), hop.forwardAgent))
    })
    .on('error', (error) => fail(`The connection broke: ${error.message}`))
    .on('close', () => fail('The host closed the connection.'))
    .on('change password', () => {
      fail('The password has expired on the host and must be changed there first.')
      client.end()
    })
  client.connect({
    ...optionsOf(hop, types, signIn),
    sock: socket,
    hostVerifier: (blob: Buffer, verify: (permitted: boolean) => void) => {
      const key = toShownKey(blob)
      if (key.isCertified) expectPlainSignature(client, key.type)
      // Keys are agreed on anew every gigabyte: the host has to show the same one then.
      if (shown) return verify(key.fingerprint === shown.fingerprint)
      shown = key
      accept = verify
      hostKey.resolve(key)
    },
  })
  return {
    hostKey: hostKey.promise,
    signIn() {
      accept?.(true)
      return ready.promise
    },
  }
}

function optionsOf(hop: Hop, types: Wanted, signIn: SignIn) {
  const options: ConnectConfig = {
    username: hop.username,
    authHandler: (left, isPartial, next) => {
      signIn.answer(left, isPartial, next) // ssh2 would take a returned value for the answer
    },
    readyTimeout: HANDSHAKE_MS,
    keepaliveInterval: hop.keepaliveMs,
    keepaliveCountMax: hop.keepaliveMisses,
  }
  const agent = hop.forwardAgent ? signIn.agent() : ''
  if (agent !== '') Object.assign(options, { agent, agentForward: true })
  if (types !== 'any') options.algorithms = { serverHostKey: algorithmsOf(types) }
  return options
}

/** The key a host shows now. Nothing is told to it but our version. */
export async function fetchHostKey(hop: Hop, socket: Duplex): Promise<ShownKey> {
  const nobody: SignIn = {
    answer: (_left, _partial, next) => next(NO_MORE),
    explain: String,
    agent: () => '',
  }
  try {
    return await shakeHands({ ...hop, forwardAgent: false }, 'any', nobody, socket).hostKey
  } finally {
    socket.destroy()
  }
}

function algorithmsOf(types: 'certificate' | readonly string[]): ServerHostKeyAlgorithm[] {
  const names =
    types === 'certificate'
      ? CERTIFICATES_FIRST
      : types.flatMap((type) =>
          type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [type],
        )
  return names as ServerHostKeyAlgorithm[]
}
