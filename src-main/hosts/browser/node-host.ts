import { fork } from 'node:child_process'
import { join } from 'node:path'
import { assertProgramName } from '#platform/child-program'
import { hearNetwork } from '#hosts/network-signs'
import type { ChildProgram, Host, PowerEvent } from '#platform/host'

/** A timer that is this late was asleep, not busy. */
const ASLEEP_MS = 30_000
const LOOK_MS = 5_000

interface Needs {
  dataFolder: string
  resources: string
  /** Folder with the bundled programs: where the main bundle is. */
  programs: string
}

/** What a plain Node process lends: no windows, no tray; the page shows notifications itself. */
export function createNodeHost({ dataFolder, resources, programs }: Needs): Host {
  return {
    kind: 'browser',
    capabilities: [],
    dataFolder,
    resources,
    openExternal: undefined,
    onPower(listener) {
      const ends = [hearWaking(listener), hearNetwork(() => listener('network'))]
      return () => ends.forEach((end) => end())
    },
    startProgram: (entry, args) => startProgram(programs, entry, args),
  }
}

function startProgram(programs: string, entry: string, args: readonly string[]): ChildProgram {
  assertProgramName(entry)
  const child = fork(join(programs, `${entry}.js`), args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'json',
  })
  return {
    pid: child.pid,
    post(message) {
      // A message to a program that has just ended is lost, as it would be a moment later.
      if (child.connected) child.send(message as object, () => {})
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('exit', (code) => listener(code)),
    kill: () => void child.kill(),
  }
}

/** Node is not told that the machine slept; it sees that its clock has jumped. */
function hearWaking(listener: (event: PowerEvent) => void): () => void {
  let seenAt = Date.now()
  const timer = setInterval(() => {
    const slept = Date.now() - seenAt - LOOK_MS
    seenAt = Date.now()
    if (slept > ASLEEP_MS) listener('resume')
  }, LOOK_MS)
  timer.unref()
  return () => clearInterval(timer)
}
