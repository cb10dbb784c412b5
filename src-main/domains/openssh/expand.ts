import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { ConfigProblem } from './words'

type Tokens = Readonly<Record<string, string>>

/** `%h` and the like; `%%` is a percent sign. Throws `ConfigProblem` for a token that is not known here. */
export function expandTokens(text: string, tokens: Tokens): string {
  return text.replaceAll(/%(.?)/gs, (_, letter: string) => {
    if (letter === '%') return '%'
    const value = tokens[letter]
    if (value === undefined) throw new ConfigProblem(`%${letter} is not known in "${text}".`)
    return value
  })
}

/** `~` and `~/` are the account's own folder; another account's stays as it is. */
export function expandHome(path: string, home: string): string {
  if (path === '~') return home
  return /^~[/\\]/.test(path) ? join(home, path.slice(2)) : path
}

/** A path of ssh_config(5): `~`, `%` tokens and `${VARIABLES}`. */
export function expandPath(path: string, home: string, tokens: Tokens): string {
  const named = path.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = process.env[name]
    if (value === undefined) throw new ConfigProblem(`$\{${name}} in "${path}" is not set.`)
    return value
  })
  return expandTokens(expandHome(named, home), tokens)
}

/** The tokens of ssh_config(5) that paths may have. */
export function tokensOf(of: {
  readonly home: string
  readonly localUser: string
  readonly localHost: string
  readonly alias: string
  readonly host: string
  readonly port: number
  readonly username: string
  readonly jump: string
  readonly hostKeyAlias: string | null
}): Tokens {
  const { home, localUser, localHost, alias, host, port, username, jump, hostKeyAlias } = of
  const connection = `${localHost}${host}${port}${username}`
  return {
    C: createHash('sha1').update(connection).digest('hex'),
    d: home,
    h: host,
    i: String(process.getuid?.() ?? 0),
    j: jump,
    k: hostKeyAlias ?? alias,
    L: localHost.split('.')[0]!,
    l: localHost,
    n: alias,
    p: String(port),
    r: username,
    u: localUser,
  }
}
