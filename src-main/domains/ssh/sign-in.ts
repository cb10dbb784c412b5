import type ssh2 from 'ssh2'
import type { Connection } from '#contract/connections'
import type { Target } from '#domains/connectors'
import type { Credentials, LeaseUse } from '#domains/credentials'

/** How a line signs in, and what the host said to it. */
export interface SignIn {
  readonly answer: (
    left: readonly string[] | null,
    isPartial: boolean,
    next: ssh2.NextAuthHandler,
  ) => void
  /** Why nobody was let in, for the operator. `otherwise` is what the protocol said. */
  explain(otherwise: string): string
}

/** The agent's address of this session; empty where none runs. */
function agentSocket(): string {
  const socket = process.env['SSH_AUTH_SOCK'] ?? ''
  return process.platform === 'win32' && socket === ''
    ? String.raw`\\.\pipe\openssh-ssh-agent`
    : socket
}

/** What the lease is written down for. */
export const useOf = ({ use, name, id }: Target): LeaseUse =>
  use ?? { purpose: 'test', subject: name, connectionId: id }

/** ssh2 takes false for "nothing more to try"; its types do not say so. */
export const NO_MORE = false as never

const OFFERS: Record<Connection['auth'], readonly string[]> = {
  agent: ['publickey'],
  key: ['publickey'],
  password: ['password', 'keyboard-interactive'],
}

/**
 * Asks the host what it takes, then tries the connection's one way, once: a second try with the same secret would only
 * bring the account closer to being locked. The secret is leased when the host has proven its key, never before.
 */
export function createSignIn(target: Target, credentials: Credentials): SignIn {
  const username = target.username ?? ''
  let offered: readonly string[] = []
  let isTried = false
  let trouble = ''

  async function chooseMethod(): Promise<ssh2.AnyAuthMethod | undefined> {
    const type = OFFERS[target.auth].find((name) => offered.includes(name))
    if (!type) return undefined
    if (target.auth === 'agent') return { type: 'agent', username, agent: agentSocket() }
    if (!target.credentialId) throw new Error('The connection has no credential. Choose one.')
    const { secret, passphrase } = await credentials.lease(target.credentialId, useOf(target))
    if (target.auth === 'password') return withPassword(type, username, secret.reveal())
    const key = { type: 'publickey', username, key: secret.reveal() } as const
    return passphrase ? { ...key, passphrase: passphrase.reveal() } : key
  }

  async function choose(left: readonly string[] | null, isPartial: boolean) {
    if (left === null) return { type: 'none', username } as const
    if (isPartial) trouble = 'The host wants a second factor, which Quarterdeck cannot give.'
    if (isTried || isPartial) return undefined
    offered = left
    isTried = true
    return chooseMethod().catch((error: unknown) => {
      trouble = error instanceof Error ? error.message : String(error)
      return undefined
    })
  }

  return {
    async answer(left, isPartial, next) {
      const method = await choose(left, isPartial)
      next(method ?? NO_MORE)
    },
    explain(otherwise) {
      if (trouble !== '') return trouble
      if (offered.length === 0) return otherwise
      if (!OFFERS[target.auth].some((name) => offered.includes(name)))
        return `The host does not take ${NAMES[target.auth]}; it takes ${offered.join(', ')}.`
      return refusalOf(target, otherwise)
    },
  }
}

const NAMES = { agent: 'keys of an agent', key: 'keys', password: 'passwords' }

function refusalOf(target: Target, otherwise: string): string {
  const { auth, username, credentialName } = target
  if (auth === 'password')
    return `The host refused the password "${credentialName}" for ${username}.`
  if (auth === 'key')
    return `The host refused the key "${credentialName}" for ${username}. Is its public half in authorized_keys there?`
  if (agentSocket() === '')
    return 'No SSH agent runs in this session (SSH_AUTH_SOCK is not set). Start one, or sign in with a key.'
  return `The host took none of the agent's keys for ${username} (${otherwise}). \`ssh-add -l\` lists them.`
}

function withPassword(type: string, username: string, password: string): ssh2.AnyAuthMethod {
  if (type === 'password') return { type: 'password', username, password }
  let isGiven = false
  return {
    type: 'keyboard-interactive',
    username,
    prompt(_name, _instructions, _language, prompts, finish) {
      // One hidden question is the password; anything else, such as a code, we cannot answer.
      const isPassword = !isGiven && prompts.length === 1 && prompts[0]?.echo !== true
      isGiven = true
      finish(prompts.map(() => (isPassword ? password : '')))
    },
  }
}
