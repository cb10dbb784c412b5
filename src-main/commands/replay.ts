import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { compose } from '#compose'
import { Refusal } from '#contract'
import type { Clock } from '#platform/clock'
import { type Flags, parseConfig } from '#platform/config'
import { STORE_FILE } from '#platform/data-folder'
import { connectDatabase, type Database } from '#platform/database'
import { openHost } from './console'

const print = (text: string) => process.stdout.write(`${text}\n`)
const TELL_EVERY = 1000

/**
 * Reads every delivery that another store kept into a fresh one, at its own time, and prints how many tickets came of
 * it. `from` is a data folder or a postgres: URL; it is only read.
 */
export async function replayStore(from: string, flags: Flags): Promise<void> {
  const config = parseConfig(flags, process.env)
  const before = openOther(from)
  let now = Date.now()
  const clock: Clock = { now: () => now }
  const console = await compose(openHost(config), config, clock)
  try {
    const done = await console.intake.copyFrom({
      from: before,
      setNow: (at) => void (now = at),
      progress: (count) => {
        if (count % TELL_EVERY === 0) print(`${count} deliveries`)
      },
    })
    const { all } = await console.tickets.counts({}, console.caller())
    print(`${done} deliveries were read again; ${all} tickets came of them.`)
  } finally {
    await console.close()
    await before.close()
  }
}

function openOther(from: string): Database {
  if (/^postgres(ql)?:\/\//.test(from)) return connectDatabase(from)
  const file = join(from, STORE_FILE)
  if (existsSync(file)) return connectDatabase(file)
  throw new Refusal(
    'not_found',
    `There is no store in ${from}, so nothing was replayed. Give the data folder of the other console, with its ${STORE_FILE}.`,
  )
}
