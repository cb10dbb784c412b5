import { connectDatabase } from '#platform/database'
import { migrate } from '#platform/migrate'
import { openWorld } from './intake-world.suite'

/** Said to the test, one line of JSON each. */
export type CrashNews =
  | { readonly type: 'ready'; readonly url: string }
  | { readonly type: 'read'; readonly auditOk: boolean }

const say = (news: CrashNews) => process.stdout.write(`${JSON.stringify(news)}\n`)

/** Intake on a store of its own, until it is killed; with `read`, until all that was left is read. */
async function main(path: string, task: string): Promise<void> {
  const database = connectDatabase(path)
  await migrate(database)
  const world = await openWorld(database)
  await world.intake.start()
  say({ type: 'ready', url: await world.urlOf('alertmanager') })
  if (task !== 'read') return
  await world.quiet()
  const { ok } = await world.audit.check()
  say({ type: 'read', auditOk: ok })
  await world.close()
  await database.close()
}

await main(process.argv[2]!, process.argv[3]!)
