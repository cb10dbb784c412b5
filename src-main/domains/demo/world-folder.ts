import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { SHIMS } from './shims'
import { UNITS } from './units'

/** A folder that plays the host: its services, their logs and releases, and the few system tools that are ours. */
export interface WorldFolder {
  readonly path: string
  readonly bin: string
  /** Where a shim leaves its request and finds the answer. */
  readonly spool: string
  readonly database: string
  unit(name: string): string
  /** What a shell on this host sees. */
  readonly environment: Readonly<Record<string, string>>
  remove(): void
}

export const QUOTA_BYTES = 1_000_000

/** Builds the host's folder in the system's place for temporary files. */
export function buildWorldFolder(): WorldFolder {
  const path = mkdtempSync(join(tmpdir(), 'quarterdeck-demo-'))
  const bin = join(path, 'bin')
  const spool = join(path, 'spool')
  const database = join(path, 'orders.db')
  for (const each of [bin, spool]) mkdirSync(each)
  for (const [name, script] of Object.entries(SHIMS)) {
    writeFileSync(join(bin, name), script)
    chmodSync(join(bin, name), 0o755)
  }
  const orders = new Sqlite(database)
  orders.exec('create table orders (id integer primary key, at integer not null)')
  orders.close()
  const unit = (name: string) => join(path, 'srv', name)
  for (const { name } of UNITS) buildUnit(unit(name), name, database)
  return {
    path,
    bin,
    spool,
    database,
    unit,
    environment: {
      PATH: [bin, process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter),
      HOME: path,
      QD_WORLD: path,
      LANG: 'C.UTF-8',
    },
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }),
  }
}

function buildUnit(folder: string, name: string, database: string): void {
  mkdirSync(join(folder, 'log'), { recursive: true })
  if (name === 'orders-api' || name === 'report-job')
    writeFileSync(join(folder, 'database'), database)
  if (name === 'upload-api') writeFileSync(join(folder, 'quota'), String(QUOTA_BYTES))
  if (name === 'storefront') {
    addRelease(folder, 'r41', undefined)
    pointTo(folder, 'r41')
  }
}

/** A release as deployments lay it: a folder of its own under releases/. */
export function addRelease(folder: string, version: string, broken: string | undefined): void {
  const release = join(folder, 'releases', version)
  mkdirSync(release, { recursive: true })
  writeFileSync(
    join(release, 'release.json'),
    JSON.stringify({ version, ...(broken ? { broken } : {}) }),
  )
}

export function pointTo(folder: string, version: string): void {
  rmSync(join(folder, 'current'), { force: true })
  symlinkSync(join('releases', version), join(folder, 'current'))
}
