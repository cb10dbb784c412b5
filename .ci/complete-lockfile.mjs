// Run after `npm install` where the registry in use lags behind: npm then leaves the packages of other platforms out of
// the lockfile without a word, and `npm ci` refuses such a lockfile everywhere. This writes them in, with the versions
// that their parents name and the platforms that older versions say; npm fetches them only on those platforms.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const FIELDS = ['os', 'cpu', 'libc', 'license', 'engines']
const path = 'package-lock.json'
const lock = JSON.parse(readFileSync(path, 'utf8'))
const list = (value) => (value === undefined || Array.isArray(value) ? value : [value])
const missing = Object.entries(lock.packages).flatMap(([at, parent]) =>
  Object.entries(parent.optionalDependencies ?? {})
    .filter(
      ([name]) =>
        at !== '' &&
        !lock.packages[`node_modules/${name}`] &&
        !lock.packages[`${at}/node_modules/${name}`],
    )
    .map(([name, range]) => ({ name, version: range.replace(/^[\^~]/, ''), dev: parent.dev })),
)

for (const { name, version, dev } of missing) {
  const told = JSON.parse(
    execFileSync('npm', ['view', name, ...FIELDS, '--json'], { encoding: 'utf8' }) || '{}',
  )
  const { os, cpu, libc, license, engines } = Array.isArray(told) ? told.at(-1) : told
  if (!os && !cpu) throw new Error(`${name} does not say for which platform it is: add it by hand`)
  const entry = {
    version,
    cpu: list(cpu),
    dev,
    libc: list(libc),
    license,
    optional: true,
    os: list(os),
    engines,
  }
  lock.packages[`node_modules/${name}`] = Object.fromEntries(
    Object.entries(entry).filter(([, value]) => value !== undefined),
  )
}
const sorted = Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1))
writeFileSync(
  path,
  `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`,
)
console.log(`${missing.length} packages of other platforms written into ${path}`)
