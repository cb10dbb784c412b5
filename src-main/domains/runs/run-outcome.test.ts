import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Run } from '#contract/runs'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import { openFolder, openWorld, runbook, step, type World } from './run-world.suite'

const PROBE = 'verify:\n  probe: good\n  holds: 1\n  every: 20ms\n  within: 100ms\n'

describe.each(stores)(
  'what runs say about their runbooks on $name',
  { timeout: 30_000 },
  ({ open }) => {
    let database: Database
    let folder: Awaited<ReturnType<typeof openFolder>>
    let world: World

    beforeEach(async () => {
      database = await open()
      folder = await openFolder()
      world = await openWorld(database, folder.path)
    })
    afterEach(async () => {
      await world.close()
      await database.close()
      await folder.remove()
    })

    const gate = () => `${folder.path}/gate`
    const book = () =>
      runbook(
        [
          step('fix', { kind: 'change', undo: 'back' }, `touch ${gate()}`),
          step('back', { kind: 'change' }, `rm -f ${gate()}`),
          step('good', { kind: 'check' }, `test -e ${folder.path}/really`),
        ],
        PROBE,
      )
    const shown = async ({ runbookId }: Run) => await world.quality.get({ runbookId }, world.caller)

    test('follows retries, undos and ratings, and equals a recount at every turn', async () => {
      const run = await world.start(book())
      const { id } = run
      const seen: object[] = []
      const look = async () => {
        const kept = await shown(run)
        await world.quality.recount(world.runs.past)
        expect(await shown(run)).toEqual(kept)
        const { verified, unverified, takenBack, notFixed, fixed, ratings, stars } = kept.overall
        seen.push({ verified, unverified, takenBack, notFixed, fixed, ratings, stars })
      }
      const approve = async () => world.answer(await world.asked(id))
      await look()
      await approve()
      await world.until(id, 'unverified')
      await look()
      await world.connections.perform(await action(`touch ${folder.path}/really`), quiet)
      await world.runs.retry({ id }, world.caller)
      await world.until(id, 'succeeded')
      await look()
      const rate = (stars: number, resolved: boolean) =>
        world.runs.rate({ id, feedback: { stars, resolved, comment: '' } }, world.caller)
      await rate(5, true)
      await look()
      await rate(2, false)
      await look()
      await world.runs.undo({ id }, world.caller)
      await approve()
      await world.until(id, 'undone')
      await look()
      const zero = { verified: 0, unverified: 0, takenBack: 0, notFixed: 0, fixed: 0, ratings: 0 }
      expect(seen).toEqual([
        { ...zero, stars: null },
        { ...zero, unverified: 1, notFixed: 1, stars: null },
        { ...zero, verified: 1, fixed: 1, stars: null },
        { ...zero, verified: 1, fixed: 1, ratings: 1, stars: 5 },
        { ...zero, verified: 1, notFixed: 1, ratings: 1, stars: 2 },
        { ...zero, takenBack: 1, notFixed: 1, ratings: 1, stars: 2 },
      ])
      const last = await world.runs.ofRunbook({ runbookId: run.runbookId, limit: 5 }, world.caller)
      expect(last).toMatchObject([{ id, status: 'undone' }])
    })

    const quiet = { signal: new AbortController().signal, onOutput: () => {} }
    async function action(script: string) {
      const here = (await world.connections.resolve('local'))!
      const target = world.connections.toTarget(here)
      const rest = { version: 1 as const, env: [], cwd: null, pty: false, timeoutMs: 5000 }
      return { ...rest, target, interpreter: ['/bin/sh', '-c'], script }
    }
  },
)
