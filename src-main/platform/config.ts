import { homedir, platform } from 'node:os'
import { join, resolve } from 'node:path'
import { VaultTier } from '#contract/credentials'
import { Refusal } from '#contract'
import { z } from 'zod'

/** What the command line and the environment decide, parsed once. Everything else is a setting or a default. */
export interface Config {
  readonly dataFolder: string
  /** A `postgres:` URL shared by several consoles; undefined = SQLite in the data folder. */
  readonly databaseUrl: string | undefined
  /** Undefined follows the store, and takes the system's keychain at the first start. */
  readonly vaultTier: VaultTier | undefined
  /** Where the vault's passphrase is read from, once: an open file descriptor. Never an argument, never a variable. */
  readonly passphraseFd: number | undefined
  /** The interface's port in the browser host; 0 = any. */
  readonly port: number
  /** A Unix socket instead of a port. */
  readonly socket: string | undefined
  /** `http://host:port` by which a browser reaches us through `ssh -L`; undefined = directly. */
  readonly publicOrigin: string | undefined
  readonly openBrowser: boolean
  readonly logLevel: string
  /** Overrides the setting `intakePort` for this start. */
  readonly intakePort: number | undefined
}

export interface Flags {
  data?: string
  database?: string
  vault?: string
  vaultPassphraseFd?: string
  port?: string
  socket?: string
  publicOrigin?: string
  open?: boolean
  logLevel?: string
  intakePort?: string
}

const Port = z.coerce.number().int().min(0).max(65_535)

/** Flags win over `QD_…` variables. Refused with `invalid_input`, one sentence that names the flag. */
export function parseConfig(flags: Flags, env: NodeJS.ProcessEnv): Config {
  const given = { ...fromEnvironment(env), ...flags }
  return {
    dataFolder: resolve(given.data ?? usualDataFolder(env)),
    databaseUrl: toDatabaseUrl(given.database),
    vaultTier:
      given.vault === undefined ? undefined : oneOf('--vault', VaultTier.options, given.vault),
    passphraseFd: toDescriptor(given.vaultPassphraseFd),
    port: toPort('--port', given.port ?? '0'),
    socket: given.socket,
    publicOrigin: given.publicOrigin,
    openBrowser: given.open !== false,
    logLevel: oneOf('--log-level', ['debug', 'info', 'warn', 'error'], given.logLevel ?? 'warn'),
    intakePort:
      given.intakePort === undefined ? undefined : toPort('--intake-port', given.intakePort),
  }
}

function fromEnvironment(env: NodeJS.ProcessEnv): Flags {
  const known: Record<string, string | undefined> = {
    data: env['QD_DATA'],
    database: env['QD_DATABASE'],
    vault: env['QD_VAULT'],
    port: env['QD_PORT'],
    logLevel: env['QD_LOG_LEVEL'],
  }
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))
}

function toDatabaseUrl(url: string | undefined): string | undefined {
  if (url === undefined || /^postgres(ql)?:\/\//.test(url)) return url
  throw new Refusal(
    'invalid_input',
    '--database takes a URL such as postgres://user@host/name. Leave it out for SQLite.',
  )
}

function usualDataFolder(env: NodeJS.ProcessEnv): string {
  if (platform() === 'darwin')
    return join(homedir(), 'Library', 'Application Support', 'Quarterdeck')
  if (platform() === 'win32') return join(env['APPDATA'] ?? homedir(), 'Quarterdeck')
  return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'quarterdeck')
}

function toPort(flag: string, text: string): number {
  const port = Port.safeParse(text)
  if (text.trim() === '' || !port.success)
    throw new Refusal('invalid_input', `${flag} takes a port from 0 to 65535, not “${text}”.`)
  return port.data
}

function toDescriptor(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const found = z.coerce.number().int().min(0).max(1024).safeParse(text)
  if (text.trim() !== '' && found.success && ![1, 2].includes(found.data)) return found.data
  throw new Refusal(
    'invalid_input',
    `--vault-passphrase-fd takes the number of an open file descriptor, such as 3, not “${text}”.`,
  )
}

function oneOf<T extends string>(flag: string, allowed: readonly T[], text: string): T {
  const found = allowed.find((each) => each === text)
  if (found === undefined)
    throw new Refusal('invalid_input', `${flag} takes ${allowed.join(' or ')}, not “${text}”.`)
  return found
}
