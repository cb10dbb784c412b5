import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Supervisor, UnitState } from './supervisor'
import { UNITS } from './units'
import { QUOTA_BYTES, type WorldFolder } from './world-folder'

interface Answer {
  readonly code: number
  readonly text: string
}

const POLL_MS = 40
/** What `systemctl` itself answers with. */
const INACTIVE = 3
const NO_SUCH_UNIT = 4

/** Answers the shims: reads their requests from the spool, acts on the real processes, leaves the answers there. */
export function startSystemManager(folder: WorldFolder, supervisor: Supervisor): { stop(): void } {
  const timer = setInterval(() => {
    for (const name of readdirSync(folder.spool))
      if (name.endsWith('.ask')) void serve(join(folder.spool, name))
  }, POLL_MS)
  return { stop: () => clearInterval(timer) }

  async function serve(path: string): Promise<void> {
    const taken = path.replace(/\.ask$/, '.taken')
    renameSync(path, taken)
    const [tool = '', ...words] = readFileSync(taken, 'utf8').split('\n').slice(0, -1)
    rmSync(taken)
    const { code, text } = await answer(tool, words).catch((error: unknown) => ({
      code: 1,
      text: String(error),
    }))
    const target = taken.replace(/\.taken$/, '.answer')
    writeFileSync(`${target}.part`, `${code}\n${text}`)
    renameSync(`${target}.part`, target)
  }

  async function answer(tool: string, words: readonly string[]): Promise<Answer> {
    if (tool === 'systemctl') return systemctl(supervisor, words)
    if (tool === 'journalctl') return journalctl(folder, words)
    return df(folder, words)
  }
}

async function systemctl(supervisor: Supervisor, words: readonly string[]): Promise<Answer> {
  const [verb = 'list-units', ...names] = words.filter((word) => !word.startsWith('-'))
  if (verb === 'list-units') return { code: 0, text: lines(supervisor.all().map(inOneLine)) }
  const state = findUnit(supervisor, names)
  if (!state)
    return { code: NO_SUCH_UNIT, text: `Unit ${names[0] ?? ''}.service could not be found.\n` }
  const order = ORDERS[verb]
  if (!order) return tell(verb, state, words)
  await order(supervisor, state.name)
  return { code: 0, text: '' }
}

type Order = (supervisor: Supervisor, unit: string) => Promise<void>
const stop: Order = (supervisor, unit) => supervisor.stop(unit)
const ORDERS: Readonly<Record<string, Order>> = {
  start: (supervisor, unit) => supervisor.start(unit),
  stop,
  kill: stop,
  async restart(supervisor, unit) {
    await supervisor.stop(unit)
    await supervisor.start(unit)
  },
}

function findUnit(supervisor: Supervisor, names: readonly string[]): UnitState | undefined {
  const plain = names.map((name) => name.replace(/\.service$/, ''))
  const unit = plain.find((name) => UNITS.some((each) => each.name === name))
  return unit === undefined ? undefined : supervisor.state(unit)
}

function tell(verb: string, state: UnitState, words: readonly string[]): Answer {
  const up = state.active === 'active'
  switch (verb) {
    case 'is-active':
      return { code: up ? 0 : INACTIVE, text: `${state.active}\n` }
    case 'is-failed':
      return { code: state.active === 'failed' ? 0 : 1, text: `${state.active}\n` }
    case 'is-enabled':
      return { code: 0, text: 'enabled\n' }
    case 'reset-failed':
      return { code: 0, text: '' }
    case 'show':
      return { code: 0, text: show(state, words) }
    case 'status':
      return { code: up ? 0 : INACTIVE, text: describeStatus(state) }
    default:
      return { code: 1, text: `Unknown command verb ${verb}.\n` }
  }
}

function properties(state: UnitState): Record<string, string> {
  return {
    Id: `${state.name}.service`,
    Description: state.description,
    LoadState: 'loaded',
    ActiveState: state.active,
    SubState: state.active === 'active' ? 'running' : state.active === 'failed' ? 'failed' : 'dead',
    MainPID: String(state.pid ?? 0),
    NRestarts: String(state.restarts),
    Result: state.active === 'failed' ? 'signal' : 'success',
  }
}

function show(state: UnitState, words: readonly string[]): string {
  const all = properties(state)
  const wanted = words.flatMap((word, n) => {
    if (word === '-p' || word === '--property') return (words[n + 1] ?? '').split(',')
    return /^(-p|--property=)./.test(word) ? word.replace(/^(-p|--property=)/, '').split(',') : []
  })
  const names = wanted.length > 0 ? wanted : Object.keys(all)
  const bare = words.includes('--value')
  return lines(
    names.filter((name) => name in all).map((name) => (bare ? all[name]! : `${name}=${all[name]}`)),
  )
}

function describeStatus(state: UnitState): string {
  const { SubState = '', MainPID = '' } = properties(state)
  return lines([
    `● ${state.name}.service - ${state.description}`,
    '     Loaded: loaded (demo; enabled)',
    `     Active: ${state.active} (${SubState})`,
    `   Main PID: ${MainPID}`,
    ...(state.url ? [`     Listen: ${state.url}`] : []),
  ])
}

function inOneLine(state: UnitState): string {
  const { SubState = '' } = properties(state)
  return `${state.name}.service loaded ${state.active} ${SubState} ${state.description}`
}

function journalctl(folder: WorldFolder, words: readonly string[]): Answer {
  const after = (flag: string) => words[words.indexOf(flag) + 1]
  const unit = words.includes('-u')
    ? after('-u')?.replace(/\.service$/, '')
    : words.find((w) => w.startsWith('--unit='))?.slice(7)
  const known = UNITS.find(({ name }) => name === unit)
  if (!known) return { code: 0, text: '-- No entries --\n' }
  const count = Number(words.includes('-n') ? after('-n') : 40)
  const path = join(folder.unit(known.name), 'log', 'service.log')
  const written = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []
  return { code: 0, text: lines(written.slice(-(Number.isFinite(count) ? count : 40))) }
}

const inKilobytes = (bytes: number) => Math.ceil(bytes / 1024)

/** The quota of a service's folder, told as a file system: that is what it is to the service. */
function df(folder: WorldFolder, words: readonly string[]): Answer {
  const place = words.find((word) => word.startsWith('/')) ?? folder.unit('upload-api')
  const log = join(folder.unit('upload-api'), 'log')
  const used = readdirSync(log).reduce((all, name) => all + statSync(join(log, name)).size, 0)
  const percent = Math.min(100, Math.ceil((100 * used) / QUOTA_BYTES))
  if (words.some((word) => word.includes('pcent'))) return { code: 0, text: `Use%\n${percent}%\n` }
  const inodes = words.some((word) => /^-[a-zA-Z]*i/.test(word))
  const title = inodes ? 'Inodes IUsed IFree IUse%' : '1024-blocks Used Available Capacity'
  const row = inodes
    ? `65536 ${readdirSync(log).length} ${65_536 - readdirSync(log).length} 1%`
    : `${inKilobytes(QUOTA_BYTES)} ${inKilobytes(used)} ${Math.max(0, inKilobytes(QUOTA_BYTES - used))} ${percent}%`
  return { code: 0, text: `Filesystem ${title} Mounted on\nquota ${row} ${place}\n` }
}

function lines(each: readonly string[]): string {
  return each.map((line) => `${line}\n`).join('')
}
