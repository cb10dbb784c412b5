import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { afterAll } from 'vitest'
import type { ChildProgram } from '#platform/host'

/** Beside the sources, so that the bundle finds the packages. */
const folder = mkdtempSync(join(resolve('node_modules'), '.qd-programs-'))
afterAll(() => rm(folder, { recursive: true, force: true }))
let built: Promise<unknown> | undefined

/** Starts a program of ours as a host does, bundled first as the app is. */
export function startProgram(entry: string, args: readonly string[]): ChildProgram {
  built ??= build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: resolve('src-main/programs', `${entry}.ts`),
      outDir: folder,
      rolldownOptions: { external: ['better-sqlite3'] },
    },
  })
  const child = built.then(() => fork(join(folder, `${entry}.js`), args, { stdio: 'inherit' }))
  const use = (work: (child: ChildProcess) => void) => void child.then(work)
  return {
    pid: undefined,
    post: (message) => use((one) => one.connected && one.send(message as object, () => {})),
    onMessage: (listener) => use((one) => one.on('message', listener)),
    onExit: (listener) => use((one) => one.on('exit', listener)),
    kill: () => use((one) => one.kill()),
  }
}
