import type { z } from 'zod'
import { Refusal } from '#contract'
import type { ImportChoice, ImportItem } from '#contract/credentials'
import type { Caller, Serves } from '#platform/caller'
import { type Db, transact } from '#platform/database'
import { type CheckedSecret, checkSecret } from './credential'
import { getStored, openKey, type ServiceNeeds, tell } from './credential-needs'
import { addSealed, replaceSealed } from './credential-orders'
import type { StoredCredential } from './credential-repository'
import { unsealParts } from './credential-sealing'
import { createLeases } from './lease-service'
import { refuseWeakPassphrase } from './passphrase'
import type { MasterKey } from './sealing'
import { Secret } from './secret'
import { type Carried, openExport, sealExport } from './transfer'

type Order<K extends 'exportAll' | 'readExport' | 'importAll'> = Parameters<
  Serves<'credentials'>[K]
>[0]
type Choice = z.infer<typeof ImportChoice>
type Conflict = z.infer<typeof ImportItem>['conflict']

/** Most characters of an export: it crosses to the screen in one frame. */
const MOST_TEXT = 900_000

/** Credentials from one vault to another, in a file that only a passphrase opens. */
export function createTransfer(needs: ServiceNeeds) {
  return {
    exportAll: (order: Order<'exportAll'>, caller: Caller) => exportAll(needs, order, caller),
    readExport: (order: Order<'readExport'>) => readExport(needs, order),
    importAll: (order: Order<'importAll'>, caller: Caller) => importAll(needs, order, caller),
  }
}

async function exportAll(
  needs: ServiceNeeds,
  { ids, passphrase }: Order<'exportAll'>,
  { operator }: Caller,
) {
  refuseWeakPassphrase(passphrase)
  needs.masking.add(passphrase)
  const { lease } = createLeases(needs)
  const use = { purpose: 'export', subject: 'an encrypted file', operator: operator.name } as const
  const carried: Carried[] = []
  for (const id of new Set(ids)) {
    const { name, kind, secret, passphrase: inner, certificate = '' } = await lease(id, use)
    const { runbooks } = await getStored(needs, id)
    const secrets = { secret: secret.reveal(), passphrase: inner?.reveal() ?? '' }
    carried.push({ name, kind, ...secrets, certificate, runbooks })
  }
  const madeAt = needs.clock.now()
  const file = await sealExport(carried, new Secret(passphrase), madeAt)
  if (file.length > MOST_TEXT)
    throw new Refusal('too_much', 'This is too much for one file. Export fewer at a time.')
  await transact(needs.database.db, (tx) =>
    tell(needs, tx, {
      actor: operator.name,
      action: 'credentials.exported',
      subject: needs.console,
      detail: { names: carried.map(({ name }) => name) },
    }),
  )
  const day = new Date(madeAt).toISOString().slice(0, 10)
  return { file, name: `quarterdeck-credentials-${day}.json`, count: carried.length }
}

async function readExport(needs: ServiceNeeds, { file, passphrase }: Order<'readExport'>) {
  const key = await openKey(needs)
  const { madeAt, credentials } = await openExport(file, new Secret(passphrase))
  const items = []
  for (const carried of credentials) {
    const { fingerprint } = check(carried)
    const here = await needs.repository.findByName(carried.name, needs.database.db)
    const { name, kind } = carried
    items.push({ name, kind, fingerprint, conflict: conflictOf(key, carried, here) })
  }
  return { madeAt, items }
}

async function importAll(
  needs: ServiceNeeds,
  { file, passphrase, choices }: Order<'importAll'>,
  { operator }: Caller,
) {
  const key = await openKey(needs)
  const { madeAt, credentials } = await openExport(file, new Secret(passphrase))
  const checked = credentials.map((carried) => ({ carried, secret: check(carried) }))
  return transact(needs.database.db, async (tx) => {
    const done = { added: 0, replaced: 0, skipped: 0 }
    for (const one of checked)
      done[await importOne(needs, tx, key, { ...one, choices, actor: operator.name })] += 1
    const detail = { ...done, madeAt }
    const subject = needs.console
    await tell(needs, tx, { actor: operator.name, action: 'credentials.imported', subject, detail })
    return done
  })
}

interface One {
  readonly carried: Carried
  readonly secret: CheckedSecret
  readonly choices: Readonly<Record<string, Choice>>
  readonly actor: string
}

async function importOne(
  needs: ServiceNeeds,
  tx: Db,
  key: MasterKey,
  { carried, secret: checked, choices, actor }: One,
): Promise<'added' | 'replaced' | 'skipped'> {
  const { name, kind, runbooks } = carried
  const stored = await needs.repository.findByName(name, tx)
  const conflict = conflictOf(key, carried, stored)
  const choice = choices[name]
  if (choice === 'skip' || conflict === 'same') return 'skipped'
  if (!stored || choice === 'keep_both') {
    const free = stored ? await freeName(needs, tx, name) : name
    await addSealed(needs, tx, key, { name: free, kind, runbooks, checked }, actor)
    return 'added'
  }
  if (choice !== 'replace')
    throw conflictOver(
      `There is a credential called ${name} already, and nothing was chosen for it`,
    )
  if (conflict === 'other_kind')
    throw conflictOver(`${name} is of another kind here, so its secret cannot be replaced`)
  await replaceSealed(needs, tx, key, { stored, checked }, actor)
  return 'replaced'
}

const conflictOver = (why: string) => new Refusal('conflict', `${why}. Nothing was imported.`)

/** The same rules as for what is typed: a file is no way around them. */
function check(carried: Carried): CheckedSecret {
  try {
    return checkSecret(carried)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new Refusal('invalid_input', `${carried.name}: ${error.message}`, { cause: error })
  }
}

function conflictOf(
  key: MasterKey,
  { kind, secret }: Carried,
  here: StoredCredential | undefined,
): Conflict {
  if (!here) return 'none'
  if (here.kind !== kind) return 'other_kind'
  const opened = here.keyId === key.id ? unsealParts(key, here) : undefined
  return opened?.secret.reveal() === secret ? 'same' : 'name'
}

/** `db (2)`, `db (3)` …, short enough for a name. */
async function freeName({ repository }: ServiceNeeds, tx: Db, name: string): Promise<string> {
  for (let n = 2; ; n += 1) {
    const wanted = `${name.slice(0, 72)} (${n})`
    if (!(await repository.findByName(wanted, tx))) return wanted
  }
}
