import type ssh2 from 'ssh2'
import type { Connection } from '#contract/connections'
import type { Credentials, LeaseUse } from '#domains/credentials'
import { agentOf, certificatesOf, certify, findIdentities, openKey, toAgent } from './identities'
import type { Hop } from './route'

/** How a line signs in, and what the host said to it. */
export interface SignIn {
  readonly answer: (
    left: readonly string[] | null,
    isPartial: boolean,
    next: ssh2.NextAuthHandler,
  ) => void
  /** Why nobody was let in, for the operator. `otherwise` is what the protocol said. */
  explain(otherwise: string): string
  /** The address of the agent to lend; empty for none. */
  agent(): string
}

/** ssh2 takes false for "nothing more to try"; its types do not say so. */
export const NO_MORE = false as never

const OFFERS: Record<Connection['auth'], readonly string[]> = {
  agent: ['publickey'],
  key: ['publickey'],
  password: ['password', 'keyboard-interactive'],
}

/**
 * Asks the host what it takes, then tries the hop's one way, once: a second try with the same secret would only bring
 * the account closer to being locked. The secret is leased when the host has proven its key, never before.
 */
export function createSignIn(hop: Hop, use: LeaseUse, credentials: Credentials): SignIn {
  const { username } = hop
  let offered: readonly string[] = []
  let isTried = false
  let problems: readonly string[] = []
  let trouble = ''

  async function chooseMethod(): Promise<ssh2.AnyAuthMethod | undefined> {
    const type = OFFERS[hop.auth].find((name) => offered.includes(name))
    if (!type) return undefined
    if (hop.auth === 'agent') {
      const found = await findIdentities(hop)
      problems = found.problems
      return { type: 'agent', username, agent: toAgent(found.list) }
    }
    if (!hop.credentialId) throw new Error('The connection has no credential. Choose one.')
    const { secret, passphrase, certificate } = await credentials.lease(hop.credentialId, use)
    if (hop.auth === 'password')
      return withPassword(type, username, secret.reveal(), (words) => (trouble = words))
    const key = openKey(secret.reveal(), passphrase?.reveal())
    const found: string[] = []
    const blobs = [...(certificate ? [toBlob(certificate)] : []), ...certificatesOf(hop, found)]
    const certified = blobs.flatMap((blob) => certify([key], blob))
    problems = found
    return { type: 'agent', username, agent: toAgent([...certified, key]) }
  }

  async function choose(left: readonly string[] | null, isPartial: boolean) {
    if (left === null) return { type: 'none', username } as const
    if (isPartial)
      trouble = `The host wants a second proof besides ${NAMES[hop.auth]} (${left?.join(', ')}), which Quarterdeck cannot give.`
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
      if (!OFFERS[hop.auth].some((name) => offered.includes(name)))
        return `The host does not take ${NAMES[hop.auth]}; it takes ${offered.join(', ')}.`
      return [refusalOf(hop, otherwise), ...problems].join(' ')
    },
    agent: () => agentOf(hop),
  }
}

/** OpenSSH writes a certificate as one line: type, base64, comment. */
const toBlob = (line: string) => Buffer.from(line.trim().split(/\s+/)[1] ?? '', 'base64')

const NAMES = { agent: 'keys of an agent', key: 'keys', password: 'passwords' }

function refusalOf(hop: Hop, otherwise: string): string {
  const { auth, username, credentialName, files } = hop
  if (auth === 'password')
    return `The host refused the password "${credentialName}" for ${username}.`
  if (auth === 'key')
    return `The host refused the key "${credentialName}" for ${username}. Is its public half in authorized_keys there?`
  if (agentOf(hop) === '' && files.identities.length === 0)
    return 'No SSH agent runs in this session (SSH_AUTH_SOCK is not set). Start one, or sign in with a key.'
  if (files.identities.length > 0)
    return `The host took none of the keys of ~/.ssh/config and of the agent for ${username} (${otherwise}).`
  return `The host took none of the agent's keys for ${username} (${otherwise}). \`ssh-add -l\` lists them.`
}

/** `tell` hears what else the host asked. Nothing but the password is ever answered, and that once. */
function withPassword(
  type: string,
  username: string,
  password: string,
  tell: (words: string) => void,
): ssh2.AnyAuthMethod {
  if (type === 'password') return { type: 'password', username, password }
  let isGiven = false
  return {
    type: 'keyboard-interactive',
    username,
    prompt(_name, _instructions, _language, prompts, finish) {
      // One hidden question is the password; anything else, such as a code, we cannot answer.
      const isPassword = !isGiven && prompts.length === 1 && prompts[0]?.echo !== true
      if (!isPassword && prompts.length > 0)
        tell(
          `The host asks "${prompts.map(({ prompt }) => prompt.trim()).join('", "')}". Quarterdeck answers one question for the password and nothing else; a second factor it cannot give.`,
        )
      isGiven ||= isPassword
      finish(prompts.map(() => (isPassword ? password : '')))
    },
  }
}
