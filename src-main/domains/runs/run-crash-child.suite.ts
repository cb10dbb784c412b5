import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { RunId } from '#contract/primitives'
import type { Run } from '#contract/runs'
import { connectDatabase } from '#platform/database'
import { migrate } from '#platform/migrate'
import { openWorld, type World } from './run-world.suite'

/** Said to the test, one line of JSON each. */
export type CrashNews =
  | { readonly type: 'ready' }
  | { readonly type: 'point'; readonly point: string }
  | { readonly type: 'unknown'; readonly step: string; readonly happened: boolean }
  | { readonly type: 'done'; readonly ended: string[]; readonly auditOk: boolean }

const say = (news: CrashNews) => process.stdout.write(`${JSON.stringify(news)}\n`)

/** A console that goes on with what it finds, starts what is missing, says yes to everything, and dies at point `killAt`. */
async function main(folder: string, killAt: number): Promise<void> {
  const database = connectDatabase(join(folder, 'store.sqlite'))
  await migrate(database)
  let reached = 0
  const world = await openWorld(database, folder, (point) => {
    reached += 1
    if (reached !== killAt) return
    say({ type: 'point', point })
    process.kill(process.pid, 'SIGKILL')
  })
  for (const name of ['web-1', 'web-2', 'web-3'])
    if (!(await world.connections.resolve(name))) await world.addTargets('webs', [name])
  await world.runs.recover()
  say({ type: 'ready' })
  const books = (await readdir(join(folder, 'resources', 'runbooks'))).map((file) =>
    file.replace('.md', ''),
  )
  while (!(await goOn(world, books, folder))) await pause(5)
  const ended = (await all(world)).map(({ status }) => status)
  const { ok } = await world.audit.verify({}, world.caller)
  say({ type: 'done', ended, auditOk: ok })
  await world.close()
  await database.close()
}

const all = async (world: World) =>
  (await world.runs.list({ view: 'all', ticketId: null, cursor: null, limit: 200 }, world.caller))
    .items

async function goOn(world: World, books: string[], folder: string): Promise<boolean> {
  const known = await all(world)
  for (const book of books)
    if (!known.some(({ runbookId }) => runbookId === book)) await world.startBook(book)
  for (const approval of await world.waiting()) await world.answer(approval)
  for (const { id, status } of known) {
    if (status === 'unknown') await settle(world, await world.get(id), folder)
    if (status === 'succeeded' && (await takesBack(world, id)))
      await world.runs.undo({ id }, world.caller)
  }
  const now = await all(world)
  return now.length === books.length && now.every(isAtRest)
}

/** Every other book is taken back at the end; its title says so. */
const isAtRest = ({ status, runbookTitle }: { status: string; runbookTitle: string }) =>
  status === (runbookTitle === 'back' ? 'undone' : 'succeeded')

async function takesBack(world: World, id: RunId): Promise<boolean> {
  return (await world.get(id)).runbookTitle === 'back'
}

/** What a person would do: wait until nothing of it runs any more, look at the target, and say what is there. */
async function settle(world: World, run: Run, folder: string): Promise<void> {
  const step = run.steps.find(({ status }) => status === 'unknown')
  if (!step) return
  const marks = join(folder, 'marks')
  while (await runs(marks)) await pause(10)
  const { script } = step.frozen!.action
  const token = /echo (\S+)/.exec(script)![1]!
  // The targets of one step leave the same mark: there are as many as it is done on, and those nobody knows of.
  const there = (await readFile(marks, 'utf8').catch(() => '')).split('\n')
  const known = run.steps.filter(
    ({ frozen, status }) => frozen?.action.script === script && status === 'succeeded',
  )
  const happened = there.filter((mark) => mark === token).length > known.length
  say({ type: 'unknown', step: token, happened })
  const outcome = happened ? 'done' : 'retry'
  const decision = { id: run.id, stepIndex: step.index, outcome, note: 'I looked.' } as const
  await world.runs.decide(decision, world.caller)
}

/** Does any process still have this in its arguments? */
async function runs(text: string): Promise<boolean> {
  // Without /proc nobody can be asked: longer than any of the steps must do.
  if (!existsSync('/proc/self')) return pause(1000, false)
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(
    ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  )
  return lines.some((line) => line.includes(text))
}

await main(process.argv[2]!, Number(process.argv[3]))
