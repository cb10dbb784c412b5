import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Config } from '#platform/config'

const DOWNLOAD_PATIENCE_MS = 120_000

/** Electron's program: where it is, or where it has just been downloaded to; undefined when it cannot be had. */
export async function findElectron(): Promise<string | undefined> {
  const folder = findPackage()
  const found = programIn()
  if (folder === undefined || found) return found
  // The package brings its program only when it is first needed. Its installer prints its own progress.
  spawnSync(process.execPath, [join(folder, 'install.js')], {
    stdio: 'ignore',
    timeout: DOWNLOAD_PATIENCE_MS,
  })
  return programIn()
}

function findPackage(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    return undefined // a production install has no Electron beside it
  }
}

/** Where Electron's program is, without trying to get it. */
export function programIn(): string | undefined {
  const folder = findPackage()
  if (folder === undefined) return undefined
  const own = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  const name = join(folder, 'path.txt')
  if (!existsSync(name)) return undefined
  const program = join(own ?? join(folder, 'dist'), readFileSync(name, 'utf8').trim())
  return existsSync(program) ? program : undefined
}

/** Hands over to Electron and ends as it ends. Settings go through the environment: it has flags of its own. */
export function runElectron(program: string, config: Config): Promise<void> {
  const main = join(import.meta.dirname, 'index.js')
  const env = {
    ...process.env,
    QD_DATA: config.dataFolder,
    QD_LOG_LEVEL: config.logLevel,
    ...(config.vaultTier === undefined ? {} : { QD_VAULT: config.vaultTier }),
    ...(config.databaseUrl === undefined ? {} : { QD_DATABASE: config.databaseUrl }),
  }
  const child = spawn(program, [main], { stdio: 'inherit', env })
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('exit', (code) => {
      process.exitCode = code ?? 1
      done()
    })
  })
}
