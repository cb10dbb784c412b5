import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { GRACE_MS } from '#domains/connectors'

const POLL_MS = 25
const KILL_MS = 2_000

/**
 * Ends everything a detached child started: SIGTERM, then SIGKILL after the grace. True when it is proven that nothing
 * is left. What moved itself to another session (a daemon) is not part of it; on Windows nothing can be proven.
 */
export async function stopTree(leader: number, graceMs = GRACE_MS): Promise<boolean> {
  await signalTree(leader, 'SIGTERM')
  if (await isGoneWithin(leader, graceMs)) return true
  const giveUp = performance.now() + KILL_MS
  while (performance.now() < giveUp) {
    // Again each time: a process may have forked between the listing and the signal.
    await signalTree(leader, 'SIGKILL')
    if (await isGoneWithin(leader, POLL_MS * 4)) return true
  }
  return false
}

async function isGoneWithin(leader: number, ms: number): Promise<boolean> {
  const end = performance.now() + ms
  for (;;) {
    if (!(await isAlive(leader))) return true
    if (performance.now() >= end) return false
    await sleep(POLL_MS)
  }
}

async function isAlive(leader: number): Promise<boolean> {
  if (process.platform === 'win32') return true
  if (process.platform === 'linux') return (await membersOf(leader)).length > 0
  return send(-leader, 0)
}

async function signalTree(leader: number, signal: NodeJS.Signals): Promise<void> {
  if (process.platform === 'win32') return void send(leader, signal)
  send(-leader, signal)
  if (process.platform !== 'linux') return
  for (const pid of await membersOf(leader)) send(pid, signal)
}

/** False when there is no such process (any more). */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Living processes of the leader's group or session. The session matters: `timeout` and shells with job control put
 * their children into groups of their own. Zombies count as gone; whoever inherits them may never collect them.
 */
async function membersOf(leader: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(pids.map((pid) => memberOf(leader, pid)))
  return found.filter((pid) => pid !== undefined)
}

async function memberOf(leader: number, pid: string): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (!stat) return undefined // it ended while we looked
  // proc_pid_stat(5): the name stands in parentheses and may hold anything, so count from the last one.
  const [state, , group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (state === 'Z' || state === 'X') return undefined
  return Number(group) === leader || Number(session) === leader ? Number(pid) : undefined
}
