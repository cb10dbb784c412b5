import { rm } from 'node:fs/promises'
import { Refusal } from '#contract'
import type { RunbookId } from '#contract/primitives'
import type { Revision } from '#contract/revisions'
import type { RunbookRecord } from '#contract/runbooks'
import type { Audit } from '#domains/audit'
import type { Runbooks } from '#domains/runbooks'
import type { Caller, Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { type Database, transact } from '#platform/database'
import type { Events } from '#platform/events'
import type { Log } from '#platform/log'
import { pathOf, revisionOf, revisionOnDisk, writeWhole } from './revision-file'
import type { KeptRevision, RevisionRepository } from './revision-repository'

export interface Revisions extends Serves<'revisions'> {
  /** Stops looking at files that change outside. */
  stop(): Promise<void>
}

export interface Needs {
  database: Database
  clock: Clock
  events: Events
  audit: Audit
  log: Log
  runbooks: Pick<Runbooks, 'find' | 'own' | 'folder' | 'ready' | 'refresh'>
}

/** Revisions of a runbook that are kept. */
const MOST = 200

type Save = Parameters<Revisions['save']>[0]

export function createRevisionService(needs: Needs, repository: RevisionRepository): Revisions {
  const { runbooks, events, log } = needs
  let looking: Promise<void> = Promise.resolve()
  const look = () => {
    looking = looking
      .then(() => keepFound(needs, repository))
      .catch((error: unknown) =>
        log.error({ err: error }, 'a runbook changed, and how it was could not be kept'),
      )
  }
  const stopListening = events.subscribe('runbooks.changed', look)
  return {
    async list({ id }) {
      const [kept, current] = [await repository.list(id, MOST), await findCurrent(needs, id)]
      const shown = kept.map((each) => toRevision(each, current))
      if (!current || shown.some(({ isCurrent }) => isCurrent)) return shown
      return [toRevision(toFound(current, needs.clock.now()), current), ...shown]
    },
    async get({ id, revision }) {
      const kept = await repository.find(id, revision)
      if (kept) return { markdown: kept.markdown }
      const current = await findCurrent(needs, id)
      if (current?.revision === revision) return { markdown: current.markdown }
      throw new Refusal('not_found', 'This revision is not kept any more.')
    },
    save: (order, caller) => save(needs, repository, order, caller),
    async remove({ id, basedOn }, { operator }) {
      const current = await findFresh(needs, id)
      refuseOther(current, basedOn)
      if (current?.origin !== 'mine')
        throw new Refusal(
          'conflict',
          `${id} is not in your own folder, so it stays. To switch it off, save one of your own under its name.`,
        )
      await transact(needs.database.db, async (tx) => {
        await repository.keepUnknown([toFound(current, needs.clock.now())], tx)
        await tell(needs, tx, operator.name, 'runbook.removed', current)
      })
      await rm(current.path, { force: true }).catch(fileTrouble('removed'))
      await runbooks.refresh()
      return {}
    },
    async stop() {
      stopListening()
      await looking
    },
  }
}

async function save(
  needs: Needs,
  repository: RevisionRepository,
  { id, markdown, basedOn, note }: Save,
  { operator: { name: by } }: Caller,
): Promise<RunbookRecord> {
  const { runbooks, clock, database } = needs
  const current = await findFresh(needs, id)
  refuseOther(current, basedOn)
  const revision = revisionOf(markdown)
  const at = clock.now()
  // The text is safe before the file is touched, and so is the one it replaces.
  await transact(database.db, async (tx) => {
    if (current) await repository.keepUnknown([toFound(current, at - 1)], tx)
    await repository.keep({ runbookId: id, revision, at, by, note, markdown }, tx)
    await tell(needs, tx, by, 'runbook.saved', { id, revision }, { note, before: basedOn })
  })
  const path = pathFor(needs, id, current)
  await writeWhole(path, markdown).catch(fileTrouble('written'))
  await repository.trim(id, MOST)
  await runbooks.refresh()
  return runbooks.find(id)!
}

function fileTrouble(done: string) {
  return (error: unknown): never => {
    const why = error instanceof Error ? error.message : String(error)
    throw new Refusal(
      'conflict',
      `The file could not be ${done} (${why}). ${done === 'read' ? 'Nothing was changed.' : "Your text is kept in the runbook's history."}`,
      { cause: error },
    )
  }
}

async function findCurrent({ runbooks }: Needs, id: RunbookId): Promise<RunbookRecord | undefined> {
  await runbooks.ready()
  return runbooks.find(id)
}

/** A file may have been changed outside a moment ago: what is about to be replaced is looked at on the disk. */
async function findFresh(needs: Needs, id: RunbookId): Promise<RunbookRecord | undefined> {
  const current = await findCurrent(needs, id)
  const onDisk = await revisionOnDisk(pathFor(needs, id, current)).catch(fileTrouble('read'))
  const known = current?.origin === 'mine' ? current.revision : undefined
  if (onDisk === known) return current
  await needs.runbooks.refresh()
  return findCurrent(needs, id)
}

function pathFor({ runbooks }: Needs, id: RunbookId, current: RunbookRecord | undefined): string {
  return current?.origin === 'mine' ? current.path : pathOf(runbooks.folder, id)
}

/** Two who edit at once, or an editor outside: the second one must see what the first has done. */
function refuseOther(current: RunbookRecord | undefined, basedOn: string | null): void {
  if ((current?.revision ?? null) === basedOn) return
  if (current && basedOn === null)
    throw new Refusal(
      'conflict',
      `There is a runbook “${current.id}” already. Choose another name, or edit that one.`,
    )
  throw new Refusal(
    'conflict',
    current
      ? 'The runbook was changed since you opened it. Nothing was saved: compare your text with it in its history.'
      : 'The runbook was removed since you opened it. Nothing was saved: keep your text under a new name.',
  )
}

/** Files that somebody changed outside, and own ones that were there before Quarterdeck kept revisions. */
async function keepFound(
  { runbooks, clock }: Needs,
  repository: RevisionRepository,
): Promise<void> {
  await runbooks.ready()
  await repository.keepUnknown(runbooks.own().map((record) => toFound(record, clock.now())))
}

function toFound({ id, revision, markdown, origin }: RunbookRecord, at: number): KeptRevision {
  const by = origin === 'mine' ? 'a file' : 'Quarterdeck'
  const note = origin === 'mine' ? 'Changed in its folder' : 'As it comes with Quarterdeck'
  return { runbookId: id, revision, at, by, note, markdown }
}

function toRevision(
  { revision, at, by, note, markdown }: KeptRevision,
  current: RunbookRecord | undefined,
): Revision {
  const lines = markdown.split('\n').length
  return { revision, at, by, note, lines, isCurrent: current?.revision === revision }
}

async function tell(
  { audit }: Needs,
  tx: Parameters<Needs['audit']['record']>[0],
  actor: string,
  action: string,
  { id, revision }: Pick<RunbookRecord, 'id' | 'revision'>,
  detail: object = {},
): Promise<void> {
  await audit.record(tx, { actor, action, subject: id, detail: { revision, ...detail } })
}
