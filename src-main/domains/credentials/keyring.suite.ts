import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Keychain, KeychainError, type KeychainTrouble } from './keychain'

const PEERS = ['/usr/bin/dbus-run-session', '/usr/bin/gnome-keyring-daemon']

/** Why suites that need a Secret Service cannot run here; undefined when they can. */
export const keyringMissing = PEERS.every(existsSync)
  ? undefined
  : 'no Secret Service to start (apt-get install dbus gnome-keyring)'
if (keyringMissing && process.env['CI'])
  throw new Error(`CI must have every peer: ${keyringMissing}`)
if (keyringMissing) console.warn(`skipped: ${keyringMissing}`)

/** `absent`: no session bus at all. `locked`: the keyring is there and nobody gave its password. */
type Scene = 'unlocked' | 'locked' | 'absent'

/**
 * Our keychain against a real gnome-keyring, on a session bus and in a home of its own. It lives in a child process,
 * because the D-Bus library reads the bus's address once.
 */
export interface TestKeyring extends Keychain {
  /** Ends the session and starts another one over the same keyring file. */
  enter(scene: Scene): Promise<void>
  /** The keyring's daemon no longer answers. */
  freeze(): void
  /** Another keyring, with nothing in it. */
  forgetEverything(): void
  close(): Promise<void>
}

interface Answer {
  readonly n: number
  readonly value?: string
  readonly trouble?: KeychainTrouble
  readonly message?: string
}

const BY_SCENE: Record<Exclude<Scene, 'absent'>, string> = {
  unlocked: 'echo -n pw | gnome-keyring-daemon --unlock --components=secrets',
  locked: 'gnome-keyring-daemon --start --components=secrets',
}

const CHILD = `
const { createInterface } = await import('node:readline')
const { createKeychain } = await import(process.env.QD_KEYCHAIN_MODULE)
const keychain = createKeychain('quarterdeck-test')
const say = (answer) => process.stdout.write(JSON.stringify(answer) + '\\n')
createInterface({ input: process.stdin }).on('line', async (line) => {
  const { n, call, given } = JSON.parse(line)
  try {
    say({ n, value: await keychain[call](...given) })
  } catch ({ trouble, message }) {
    say({ n, trouble, message })
  }
})`

export async function startKeyring(): Promise<TestKeyring> {
  const home = mkdtempSync(join(tmpdir(), 'qd-keyring-'))
  let session: ReturnType<typeof startSession> | undefined
  const ask = (call: string, ...given: string[]) => {
    if (!session) throw new Error('Enter a scene first')
    return session.ask(call, given)
  }
  const leave = async () => {
    await session?.close()
    session = undefined
  }
  return {
    read: async (account) => (await ask('read', account)) ?? '',
    write: async (account, text) => void (await ask('write', account, text)),
    remove: async (account) => void (await ask('remove', account)),
    async enter(scene) {
      await leave()
      session = startSession(scene, home)
    },
    freeze() {
      for (const pid of daemonsIn(home)) process.kill(pid, 'SIGSTOP')
    },
    forgetEverything: () => rmSync(join(home, 'data'), { recursive: true, force: true }),
    async close() {
      for (const pid of daemonsIn(home)) process.kill(pid, 'SIGCONT')
      await leave()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function startSession(scene: Scene, home: string) {
  const child = startChild(scene, home)
  const waiting = new Map<number, (answer: Answer) => void>()
  let last = 0
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const answer = JSON.parse(line) as Answer
    waiting.get(answer.n)?.(answer)
  })
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code) => {
      for (const tell of waiting.values())
        tell({ n: 0, message: `The keyring's session ended with ${code}` })
      resolve()
    })
  })
  return {
    async ask(call: string, given: string[]): Promise<string | undefined> {
      const n = ++last
      child.stdin!.write(`${JSON.stringify({ n, call, given })}\n`)
      const answer = await new Promise<Answer>((resolve) => waiting.set(n, resolve))
      if (answer.trouble) throw new KeychainError(answer.trouble, answer.message ?? '')
      if (answer.message) throw new Error(answer.message)
      return answer.value
    },
    async close() {
      child.stdin!.end()
      await exited
    },
  }
}

function startChild(scene: Scene, home: string): ChildProcess {
  mkdirSync(join(home, 'run'), { recursive: true, mode: 0o700 })
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_RUNTIME_DIR: join(home, 'run'),
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(home, 'no-bus')}`,
    QD_KEYCHAIN_MODULE: join(import.meta.dirname, 'keychain.ts'),
  }
  const node = [process.execPath, '--input-type=module', '-e', CHILD]
  const [program, ...args] =
    scene === 'absent'
      ? node
      : [
          'dbus-run-session',
          '--',
          '/bin/sh',
          '-c',
          `${BY_SCENE[scene]} >/dev/null; exec "$@"`,
          'sh',
          ...node,
        ]
  return spawn(program!, args, { env, stdio: ['pipe', 'pipe', 'ignore'] })
}

function daemonsIn(home: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isDaemonIn(name, home))
    .map(Number)
}

function isDaemonIn(pid: string, home: string): boolean {
  try {
    const isOurs = readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`HOME=${home}`)
    return isOurs && readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('gnome-keyring')
  } catch {
    return false // it ended while we looked, or belongs to somebody else
  }
}
