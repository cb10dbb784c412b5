import { join } from 'node:path'
import type { UtilityProcess } from 'electron'
import { assertProgramName } from '#platform/child-program'
import type { ChildProgram } from '#platform/host'

/** As much of Electron's `utilityProcess` as is used. */
export interface Forks {
  fork(
    path: string,
    args: string[],
    options: { stdio: ('ignore' | 'inherit')[]; serviceName: string },
  ): UtilityProcess
}

/** Starts a bundled program of ours. `child_process` cannot: our fuses keep Electron from posing as Node. */
export function startProgram(
  forks: Forks,
  programs: string,
  entry: string,
  args: readonly string[],
): ChildProgram {
  assertProgramName(entry)
  const child = forks.fork(join(programs, `${entry}.js`), [...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    serviceName: `Quarterdeck ${entry}`,
  })
  return {
    get pid() {
      return child.pid
    },
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process, not a window
    post: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('exit', (code) => listener(code)),
    kill: () => void child.kill(),
  }
}
