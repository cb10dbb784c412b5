import { RunExport } from '#contract/exports'
import { hashOf, sha256, toCanonicalJson } from '#platform/canonical-json'
import { hashLink } from '#platform/chain'
import { digestsOf, PART_NAMES } from './digests'

/** What a check of an export found. */
export interface Verdict {
  readonly ok: boolean
  /** One sentence each, the part first: `facts: …`. */
  readonly problems: readonly string[]
  /** What could not be checked, and why. */
  readonly notes: readonly string[]
  /** SHA-256 of the file as it is: compare it with what was written down elsewhere. */
  readonly sha256: string
  readonly document: RunExport | undefined
}

/** Says whether an export is as it was made, and if not, which part was changed. Trusts nothing but the bytes. */
export function verifyExport(bytes: Uint8Array, expected?: string): Verdict {
  const digest = sha256(bytes)
  const problems: string[] = []
  if (expected !== undefined && expected !== digest)
    problems.push(`file: its SHA-256 is ${digest}, and ${expected} was written down for it.`)
  const document = read(bytes, problems)
  if (!document) return { ok: false, problems, notes: [], sha256: digest, document }
  problems.push(...changedParts(document), ...brokenPromises(document))
  if (!Buffer.from(toCanonicalJson(document)).equals(bytes))
    problems.push(
      'file: what it says is whole, but its bytes are not those that were written: a sign between the values was changed.',
    )
  return { ok: problems.length === 0, problems, notes: notesOn(document), sha256: digest, document }
}

function read(bytes: Uint8Array, problems: string[]): RunExport | undefined {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    problems.push(
      `file: it cannot be read as JSON (${error instanceof Error ? error.message : 'damaged'}).`,
    )
    return undefined
  }
  const parsed = RunExport.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue && issue.path.length > 0 ? issue.path.join('.') : 'file'
  problems.push(
    `${place}: it is not an export of a run that this version reads (${issue?.message}).`,
  )
  return undefined
}

function changedParts({ digests, ...document }: RunExport): string[] {
  const now = digestsOf(document)
  const isWhole = now.whole === digests.whole
  const changed = PART_NAMES.filter((name) => now.parts[name] !== digests.parts[name])
  const strange = Object.keys(digests.parts).filter((name) => !PART_NAMES.includes(name))
  // All that is said still has the digest of the whole: then it was a digest that was changed.
  if (isWhole && changed.length + strange.length > 0)
    return [
      `digests: ${[...changed, ...strange].join(', ')} was changed, what it is about was not.`,
    ]
  if (!isWhole && changed.length === 0)
    return ['digests: the digest of the whole was changed, what it is about was not.']
  return changed.map((name) => `${name}: it was changed after the export was made.`)
}

/** The hashes that were made while the run went on, made again from what is exported. */
function brokenPromises(document: RunExport): string[] {
  const checks: Record<string, () => string[]> = {
    snapshot: () => checkSnapshot(document),
    facts: () =>
      document.facts.flatMap((fact) =>
        checkFrozen('facts', `event ${spell(fact['seq'])}`, fact['frozen']),
      ),
    approvals: () => document.approvals.flatMap(checkApproval),
    outputs: () => document.outputs.flatMap(checkOutput),
    audit: () => checkEntries(document.audit),
  }
  const open = Object.entries(checks).filter(([part]) => !document.masked.includes(part))
  return open.flatMap(([, check]) => check())
}

function checkSnapshot({ snapshot, snapshotHash }: RunExport): string[] {
  if (hashOf(snapshot) === snapshotHash) return []
  return ['snapshot: it is not what the run was started with: its hash differs.']
}

function checkFrozen(part: string, where: string, frozen: unknown): string[] {
  if (!isObject(frozen) || !isObject(frozen['action'])) return []
  if (hashOf(frozen['action']) === frozen['hash']) return []
  return [`${part}: the action of ${where} does not have the hash it was approved by.`]
}

/** A person answered to one hash: it must be that of the action that is shown. */
function checkApproval(approval: RunExport['approvals'][number]): string[] {
  const { id, frozen, set, subjectHash } = approval
  if (Array.isArray(set)) return checkSet(spell(id), set, subjectHash)
  const broken = checkFrozen('approvals', spell(id), frozen)
  if (broken.length > 0 || !isObject(frozen) || frozen['hash'] === subjectHash) return broken
  return [`approvals: ${spell(id)} was given for another action than the one it shows.`]
}

/** One answer for a step on several targets is to the hash of all their hashes, in their order. */
function checkSet(id: string, set: readonly unknown[], subjectHash: unknown): string[] {
  const broken = set.flatMap((frozen) => checkFrozen('approvals', id, frozen))
  const hashes = set.map((frozen) => (isObject(frozen) ? frozen['hash'] : null))
  if (broken.length > 0 || hashOf({ set: hashes }) === subjectHash) return broken
  return [`approvals: ${id} was given for other actions than those it shows.`]
}

function checkOutput({
  stepIndex,
  attempt,
  text,
  tail,
  sha256: hash,
}: RunExport['outputs'][number]) {
  if (tail !== null || sha256(text) === hash) return []
  return [`outputs: what attempt ${attempt} of step ${stepIndex + 1} wrote does not have its hash.`]
}

function checkEntries(entries: RunExport['audit']): string[] {
  const hashes = new Map(entries.map(({ seq, hash }) => [seq, hash]))
  return entries.flatMap(({ previous, ...entry }) => {
    const before = hashes.get(entry.seq - 1)
    if (before !== undefined && before !== previous)
      return [`audit: entry ${entry.seq} does not follow the one before it.`]
    if (hashLink(previous, entry) === entry.hash) return []
    return [`audit: entry ${entry.seq} does not have its hash.`]
  })
}

function notesOn({ masked, outputs }: RunExport): string[] {
  const cut = outputs.filter(({ tail }) => tail !== null).length
  return [
    ...masked.map(
      (part) => `${part}: a secret in it was masked, so the hashes inside it cannot be made again.`,
    ),
    ...(cut > 0
      ? [`outputs: the middle of ${cut} is left out; their hashes are of the whole text.`]
      : []),
  ]
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A number or a name as it stands in a sentence; an export that was changed may hold anything there. */
const spell = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
