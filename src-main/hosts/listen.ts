import { chmodSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { connect, type Server } from 'node:net'
import { dirname, resolve } from 'node:path'
import { Refusal } from '#contract'

/** Ports that browsers refuse to open, of those a person or a system might pick (Fetch standard, "bad port"). */
const UNSAFE_PORTS = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
  103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
  512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
  995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
  6669, 6679, 6697, 10080,
])
const OTHERS_MAY_WRITE = 0o022

/**
 * Listens on 127.0.0.1 and nowhere else; 0 is any port that a browser will open. Refused with `conflict` when the port
 * is taken, `invalid_input` when no browser would open it, `forbidden` when the system does not let us.
 */
export async function listenOnPort(server: Server, port: number): Promise<number> {
  if (UNSAFE_PORTS.has(port)) {
    throw new Refusal(
      'invalid_input',
      `Browsers do not open port ${port}. Choose another with --port, or 0 for any.`,
    )
  }
  for (;;) {
    await listening(server, () => server.listen({ host: '127.0.0.1', port })).catch(
      (error: unknown) => {
        throw toRefusal(error, `Port ${port}`, 'Choose another with --port, or 0 for any.')
      },
    )
    const address = server.address()
    const taken = typeof address === 'object' && address ? address.port : port
    if (!UNSAFE_PORTS.has(taken)) return taken
    await new Promise((closed) => server.close(closed))
  }
}

/** Listens on a Unix socket that only its owner can open, in a folder that only its owner can write. */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  const folder = dirname(resolve(path))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { mode, uid } = statSync(folder)
  if ((mode & OTHERS_MAY_WRITE) !== 0 || uid !== process.getuid?.()) {
    throw new Refusal(
      'invalid_input',
      `Others may write in ${folder}, so a socket there is not safe. Choose a folder of your own, such as $XDG_RUNTIME_DIR.`,
    )
  }
  await removeStaleSocket(path)
  // The mask makes the socket private from its first moment; bind happens inside of `listen`.
  const mask = process.umask(0o177)
  const started = listening(server, () => server.listen(path))
  process.umask(mask)
  await started.catch((error: unknown) => {
    throw toRefusal(error, `The socket ${path}`, 'Choose another with --socket.')
  })
  chmodSync(path, 0o600)
}

/** A socket that nobody listens on is left over from a crash. Anything else at its place is not ours to remove. */
async function removeStaleSocket(path: string): Promise<void> {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return
  if (!found.isSocket() || (await isAnswered(path))) {
    throw new Refusal('conflict', `${path} is in use. Choose another place with --socket.`)
  }
  rmSync(path)
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((settle) => {
    const probe = connect(path, () => {
      probe.destroy()
      settle(true)
    })
    probe.on('error', () => settle(false))
  })
}

/** Resolves when the server listens, rejects with what the system said. */
export function listening(server: Server, start: () => void): Promise<void> {
  return new Promise((settle, fail) => {
    server.once('error', fail)
    server.once('listening', () => {
      server.off('error', fail)
      settle()
    })
    start()
  })
}

function toRefusal(error: unknown, what: string, advice: string): Refusal {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return new Refusal('conflict', `${what} is in use. ${advice}`, { cause: error })
  if (code === 'EACCES')
    return new Refusal('forbidden', `${what} is not yours to open. ${advice}`, { cause: error })
  return new Refusal(
    'unreachable',
    `${what} could not be opened (${String(code ?? error)}). ${advice}`,
    { cause: error },
  )
}
