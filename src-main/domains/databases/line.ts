import { lookup } from 'node:dns/promises'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Refusal } from '#contract'
import { openTrust, type Target, useOf } from '#domains/connectors'
import type { Credentials } from '#domains/credentials'
import { explainTls, type Trust, tlsOptions } from '#platform/trust'

export type LineStage = 'name' | 'tcp' | 'tls' | 'auth'

/** Why there is no line, and how far it came. */
export class LineProblem extends Error {
  override readonly name = 'LineProblem'
  readonly stage: LineStage
  constructor(stage: LineStage, message: string, options?: ErrorOptions) {
    super(message, options)
    this.stage = stage
  }
}

/** What a line to a database server needs, with its secrets opened. */
export interface Door {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly database: string
  readonly password: string
  /** Null: in the clear. */
  readonly trust: Trust | null
}

/** What a test of a server goes through before it asks what the account may do. */
export function stagesOfServer({ specifics }: Target): readonly LineStage[] {
  const isOpen = specifics && 'tls' in specifics && specifics.tls.mode === 'off'
  return isOpen ? ['name', 'tcp', 'auth'] : ['name', 'tcp', 'tls', 'auth']
}

export const CONNECT_MS = 10_000

/** Opens the secrets of a connection. Throws Refusal `vault_locked`, `not_found` or `invalid_input`. */
export async function openDoor(target: Target, credentials: Credentials): Promise<Door> {
  const { host, port, username, credentialId, specifics } = target
  if (!host || !username || (specifics?.kind !== 'postgres' && specifics?.kind !== 'mysql'))
    throw new Refusal('invalid_input', `${target.name} is no whole database connection. Edit it.`)
  const leased = credentialId && (await credentials.lease(credentialId, useOf(target)))
  return {
    host,
    port,
    username,
    database: specifics.database,
    password: leased ? leased.secret.reveal() : '',
    trust: await openTrust(target, specifics.tls, credentials),
  }
}

/** The addresses of a host. */
export async function findAddress(host: string): Promise<string> {
  if (isIP(host) !== 0) return host
  try {
    return (await lookup(host)).address
  } catch (error) {
    const message = `The name ${host} is not known here. Check the spelling, the network and any VPN.`
    throw new LineProblem('name', message, { cause: error })
  }
}

/** A TCP line, within ten seconds. */
export async function openTcp(address: string, door: Pick<Door, 'host' | 'port'>): Promise<Socket> {
  const socket = connect({ host: address, port: door.port, keepAlive: true, noDelay: true })
  const where = `${door.host}:${door.port}`
  const timer = setTimeout(() => socket.destroy(new Error('no answer within 10 s')), CONNECT_MS)
  try {
    await settled(socket, 'connect')
    socket.setKeepAlive(true, 15_000)
    return socket
  } catch (error) {
    const words = (error as NodeJS.ErrnoException).code ?? (error as Error).message
    const message = `${where} cannot be reached (${words}). Check address and port, and that the database listens there.`
    throw new LineProblem('tcp', message, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

/** Encrypts a line, and makes sure who is at the other end. */
export async function secureLine(socket: Socket, trust: Trust, host: string): Promise<Socket> {
  const timer = setTimeout(() => socket.destroy(new Error('no answer within 10 s')), CONNECT_MS)
  try {
    const secured = connectTls({ ...tlsOptions(trust, host), host, socket }) // the host is what the name is compared with
    await settled(secured, 'secureConnect')
    return secured
  } catch (error) {
    socket.destroy()
    throw new LineProblem('tls', explainTls(error as Error, host), { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

function settled(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the line was closed'))
    socket.once('error', reject).once('close', ended)
    socket.once(event, () => {
      socket.off('error', reject).off('close', ended)
      resolve()
    })
  })
}
