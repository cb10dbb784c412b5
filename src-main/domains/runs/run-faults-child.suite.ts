import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Refusal } from '#contract'
import type { ProgramAction } from '#contract/actions'
import type { Run } from '#contract/runs'
import { connectDatabase, type Database } from '#platform/database'
import { migrate } from '#platform/migrate'
import { openWorld, type World } from './run-world.suite'

/** What is done to a console at one of its borders. */
export type Fault =
  | 'console killed'
  | 'sshd killed'
  | 'SSH sessions killed'
  | 'store connections ended'
  | 'store lines cut'
  | 'store full'
  | 'output disk full'
  | 'clock a day ahead'
  | 'clock an hour back'
/** At a border that `at` describes, once so many of them were passed. */
export interface Planned {
  readonly fault: Fault
  readonly after: number
  readonly at: string
}
export interface Life {
  readonly location: string
  readonly folder: string
  readonly plan: readonly Planned[]
}

/** Said to the test, one line of JSON each. */
export type FaultNews =
  | { readonly type: 'fault'; readonly fault: Fault; readonly point: string }
  | { readonly type: 'unknown'; readonly step: string; readonly happened: boolean }
  | { readonly type: 'problem'; readonly what: string }
  | { readonly type: 'done'; readonly ended: string[]; readonly auditOk: boolean }

const say = (news: FaultNews) => process.stdout.write(`${JSON.stringify(news)}\n`)
/** How a console ends that found no store to start with. */
const NOT_STARTED = 75
const DAY_MS = 86_400_000
const FULL_MS = 250

/** A console that goes on with what it finds, starts what is missing, says yes to everything, and has faults done to it. */
async function main({ location, folder, plan }: Life): Promise<void> {
  const database = connectDatabase(location)
  await migrate(database)
  let world: World | undefined
  const toCome = plan.map((planned) => ({ ...planned }))
  const reached = async (point: string) => {
    for (const planned of toCome) {
      if (!point.startsWith(planned.at) || (planned.after -= 1) !== -1) continue
      say({ type: 'fault', fault: planned.fault, point })
      await inject(planned.fault, database, folder, world)
    }
  }
  try {
    world = await openWorld(database, folder, reached)
    world.later(readSkew(folder))
    await world.runs.recover()
  } catch (error) {
    // Whoever starts it without a store is told so, and starts it again.
    complain(error)
    process.exit(NOT_STARTED)
  }
  const books = (await readdir(join(folder, 'resources', 'runbooks')))
    .map((file) => file.replace('.md', ''))
    .filter((name) => name.startsWith('book-'))
  while (!(await goOn(world, books, folder).catch(complain))) await pause(5)
  const ended = (await all(world)).map(({ status }) => status)
  const { ok } = await world.audit.verify({}, world.caller)
  say({ type: 'done', ended, auditOk: ok })
  await world.close()
  await database.close()
  process.disconnect()
}

/** An operator who hears of a fault looks again. */
function complain(error: unknown): false {
  say({ type: 'problem', what: error instanceof Refusal ? error.code : String(error) })
  return false
}

const skewFile = (folder: string) => join(folder, 'skew')
const readSkew = (folder: string) =>
  existsSync(skewFile(folder)) ? Number(readFileSync(skewFile(folder), 'utf8')) : 0

async function inject(fault: Fault, database: Database, folder: string, world?: World) {
  if (fault === 'console killed') return void process.kill(process.pid, 'SIGKILL')
  if (fault === 'store full') return fillStore(database)
  if (fault === 'output disk full') return fillOutput(folder, world!)
  if (fault === 'clock a day ahead') {
    // It stays there: what is written down then is due then.
    writeFileSync(skewFile(folder), String(readSkew(folder) + DAY_MS))
    return world?.later(DAY_MS)
  }
  if (fault === 'clock an hour back') {
    world?.later(-DAY_MS / 24)
    setTimeout(() => world?.later(DAY_MS / 24), FULL_MS)
    return
  }
  process.send!(fault)
  await once(process, 'message')
}

/** No page more than there are, for a moment. */
function fillStore({ file }: Database): void {
  const pages = file!.pragma('page_count', { simple: true }) as number
  file!.pragma(`max_page_count = ${pages}`)
  setTimeout(() => file!.pragma('max_page_count = 1000000'), FULL_MS).unref()
}

/** For a moment, what is too long for the store goes to files on a device that is full. */
async function fillOutput(folder: string, world: World): Promise<void> {
  const files: string[] = []
  for (const { id } of await all(world)) {
    const place = join(folder, 'data', 'output', id)
    await mkdir(place, { recursive: true })
    for (let step = 0; step < 20; step += 1) {
      const file = join(place, `${step}.txt`)
      if (existsSync(file)) continue
      await symlink('/dev/full', file)
      files.push(file)
    }
  }
  setTimeout(() => void Promise.all(files.map((file) => rm(file, { force: true }))), FULL_MS)
}

const all = async (world: World) =>
  (await world.runs.list({ view: 'all', ticketId: null, cursor: null, limit: 200 }, world.caller))
    .items

async function goOn(world: World, books: string[], folder: string): Promise<boolean> {
  const known = await all(world)
  for (const book of books)
    if (!known.some(({ runbookId }) => runbookId === book)) await world.startBook(book)
  for (const approval of await world.waiting()) await world.answer(approval)
  for (const { id } of known) {
    const run = await world.get(id)
    if (run.status === 'unknown') await settle(world, run, folder)
    await doByHand(world, run)
    const next = nextOf(run)
    if (next) await world.runs[next]({ id }, world.caller)
  }
  const now = await all(world)
  return now.length === books.length && now.every(isAtRest)
}

/** Every other book is taken back at the end; its title says so. */
const isAtRest = ({ status, runbookTitle }: { status: string; runbookTitle: string }) =>
  status === (runbookTitle === 'back' ? 'undone' : 'succeeded')

/** What failed is set going again; what is to be taken back is. */
function nextOf({ status, runbookTitle, may }: Run): 'retry' | 'undo' | undefined {
  if (may.includes('retry')) return 'retry'
  const isReady = status === 'failed' || (status === 'succeeded' && runbookTitle === 'back')
  return isReady && may.includes('undo') ? 'undo' : undefined
}

async function doByHand(world: World, { id, steps }: Run): Promise<void> {
  const step = steps.find(({ status }) => status === 'awaiting_person')
  if (!step) return
  const of = { id, stepIndex: step.index }
  for (const [item, { tickedAt }] of step.checklist.entries())
    if (tickedAt === null) await world.runs.tick({ ...of, item, done: true }, world.caller)
  await world.runs.complete({ ...of, outcome: 'done', note: '' }, world.caller)
}

/** What a person would do: wait until nothing of it runs any more, look at the target, and say what is there. */
async function settle(world: World, run: Run, folder: string): Promise<void> {
  const step = run.steps.find(({ status }) => status === 'unknown')
  if (!step) return
  const { script, target } = step.frozen!.action as ProgramAction
  const word = /echo (r\d+-[a-z-]+)/.exec(script)![1]!
  for (let quiet = 0; quiet < 3; quiet += 1) {
    if (await runs(`echo ${word}`)) quiet = 0
    await pause(15)
  }
  const token = script.includes('$SSH_CONNECTION') ? `${word}${target.host}` : word
  const marks = await readFile(join(folder, 'marks'), 'utf8').catch(() => '')
  const happened = marks.split('\n').includes(token)
  say({ type: 'unknown', step: token, happened })
  const outcome = happened ? 'done' : 'retry'
  const decision = { id: run.id, stepIndex: step.index, outcome, note: 'I looked.' } as const
  await world.runs.decide(decision, world.caller)
}

/** Does any process still have this in its arguments? */
async function runs(text: string): Promise<boolean> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(
    ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  )
  return lines.some((line) => line.includes(text))
}

await main(JSON.parse(process.argv[2]!) as Life)
