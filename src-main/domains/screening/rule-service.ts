import { Refusal } from '#contract'
import { Severity, type TicketId } from '#contract/primitives'
import type { Held, Rule, RuleDraft, RuleId } from '#contract/screening'
import type { Audit } from '#domains/audit'
import type { Caller, Serves } from '#platform/caller'
import type { Clock } from '#platform/clock'
import { type Db, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { parseCursor, toCursor } from '#platform/pages'
import type { HeldRepository } from './held-repository'
import type { Opener } from './opener'
import type { HeldSignal } from './plan'
import type { KeptRule } from './rule-book'
import type { RuleRepository } from './rule-repository'
import type { RuleShelf } from './rule-shelf'
import type { KnowsOperators } from './screen'
import { isOpen } from './window-times'

interface Needs {
  db: Db
  rules: RuleRepository
  held: HeldRepository
  shelf: RuleShelf
  people: KnowsOperators
  open: Opener
  clock: Clock
  audit: Audit
  sweepSoon: () => void
  tellSoon: () => void
}

type Answers = Serves<'screening'>
type Questions = Pick<Answers, 'rules' | 'held'>
type Orders = Pick<Answers, 'addRule' | 'updateRule' | 'removeRule' | 'orderRules' | 'release'>

/** The rules and what they hold, as an operator sees and changes them. */
export function createRuleService(needs: Needs): Questions & Orders {
  return { ...questions(needs), ...orders(needs), release: createReleaseOrder(needs) }
}

const KINDS: readonly RuleDraft['kind'][] = [
  'window',
  'threshold',
  'route',
  'incident',
  'correlation',
]

function questions(needs: Needs): Questions {
  const { rules, held } = needs
  return {
    async rules() {
      const all = await present(needs, await rules.all())
      return all.toSorted((a, b) => KINDS.indexOf(a.draft.kind) - KINDS.indexOf(b.draft.kind))
    },
    async held({ cursor, limit }) {
      const key = parseCursor(cursor, 2)
      const found = await held.page(key && [Number(key[0]), String(key[1])], limit + 1)
      const page = found.slice(0, limit)
      const names = new Map((await rules.all()).map(({ id, draft }) => [id, draft.name]))
      const counts = [...(await held.countByRule()).values()]
      const last = found.length > limit ? page.at(-1) : undefined
      return {
        items: page.map((one) => toHeld(one, names)),
        next: last ? toCursor([last.lastAt, last.key]) : null,
        total: counts.reduce((all, n) => all + n, 0),
      }
    },
  }
}

async function present({ held, clock }: Needs, rules: readonly KeptRule[]): Promise<Rule[]> {
  const counts = await held.countByRule()
  const now = clock.now()
  return rules.map(({ version: _version, ...rule }) => {
    const { kind, enabled, params } = rule.draft
    const openNow = kind === 'window' && enabled && isOpen(params, now)
    return { ...rule, openNow, holds: counts.get(rule.id) ?? 0 }
  })
}

function toHeld(one: HeldSignal, names: ReadonlyMap<RuleId, string>): Held {
  const { source, fingerprint, title, severity } = one.signal
  const { ruleId, stage, since, lastAt, times } = one
  return {
    source,
    fingerprint,
    title: title === '' ? `${source} ${fingerprint}` : title,
    severity: Severity.safeParse(severity).data ?? null,
    ruleId,
    rule: names.get(ruleId) ?? 'a rule that was removed',
    stage,
    since,
    lastAt,
    times,
  }
}

function orders(needs: Needs): Omit<Orders, 'release'> {
  return {
    addRule: createAdding(needs),
    updateRule: createUpdating(needs),
    removeRule: createRemoving(needs),
    orderRules: createOrdering(needs),
  }
}

/** Everything else on the console follows what is on disk. */
async function after<T>({ shelf, sweepSoon, tellSoon }: Needs, work: Promise<T>): Promise<T> {
  const done = await work
  await shelf.reload()
  sweepSoon()
  tellSoon()
  return done
}

async function presentOne(needs: Needs, rule: KeptRule): Promise<Rule> {
  return (await present(needs, [rule]))[0]!
}

function createAdding(needs: Needs): Orders['addRule'] {
  const { db, rules, clock, audit } = needs
  return async ({ draft }, { operator }) => {
    refuseRole(draft.kind, operator)
    await refuseStranger(needs, draft)
    const now = clock.now()
    const work = transact(db, async (tx) => {
      const all = await rules.all(tx)
      const rule: KeptRule = {
        id: newId<RuleId>('rul'),
        draft,
        position: Math.max(0, ...all.map(({ position }) => position)) + 1,
        builtIn: false,
        version: 1,
        createdBy: operator.name,
        createdAt: now,
        updatedAt: now,
      }
      await rules.add(tx, rule)
      await record(audit, tx, operator, 'added', rule)
      return rule
    })
    return presentOne(needs, await after(needs, work))
  }
}

function createUpdating(needs: Needs): Orders['updateRule'] {
  const { db, rules, clock, audit } = needs
  return async ({ id, draft }, { operator }) => {
    refuseRole(draft.kind, operator)
    await refuseStranger(needs, draft)
    const work = transact(db, async (tx) => {
      const before = await getRule(rules, tx, id)
      if (before.draft.kind !== draft.kind)
        throw new Refusal(
          'invalid_input',
          `This rule is a ${before.draft.kind} and stays one, so nothing was changed. Add another rule instead.`,
        )
      const rule = { ...before, draft, updatedAt: clock.now() }
      if (!(await rules.replace(tx, rule)))
        throw new Refusal(
          'conflict',
          'Somebody else has just changed this rule, and theirs was kept. Look at it again.',
        )
      await record(audit, tx, operator, 'changed', rule)
      return rule
    })
    return presentOne(needs, await after(needs, work))
  }
}

function createRemoving(needs: Needs): Orders['removeRule'] {
  const { db, rules, audit } = needs
  return async ({ id }, { operator }) => {
    const work = transact(db, async (tx) => {
      const rule = await getRule(rules, tx, id)
      refuseRole(rule.draft.kind, operator)
      if (rule.builtIn)
        throw new Refusal(
          'conflict',
          `“${rule.draft.name}” came with Quarterdeck, so it was not removed. Switch it off instead.`,
        )
      await rules.remove(tx, id)
      await record(audit, tx, operator, 'removed', rule)
    })
    await after(needs, work)
    return {}
  }
}

function createOrdering(needs: Needs): Orders['orderRules'] {
  const { db, rules, audit } = needs
  return async ({ ids }, { operator }) => {
    const work = transact(db, async (tx) => {
      const all = await rules.all(tx)
      const first = await getRule(rules, tx, ids[0]!)
      const { kind } = first.draft
      refuseRole(kind, operator)
      const same = all.filter(({ draft }) => draft.kind === kind)
      const wanted = new Set(ids)
      if (wanted.size !== same.length || same.some(({ id }) => !wanted.has(id)))
        throw new Refusal(
          'conflict',
          `These are not all rules of the kind ${kind}, so their order was kept. Look at them again.`,
        )
      const places = same.map(({ position }) => position).toSorted((a, b) => a - b)
      for (const [n, id] of [...wanted].entries()) await rules.move(tx, id, places[n]!)
      const detail = { kind, order: ids }
      const action = 'rules.ordered'
      await audit.record(tx, { actor: operator.name, action, subject: kind, detail })
      return kind
    })
    const kind = await after(needs, work)
    const all = await present(needs, await rules.all())
    return all.filter(({ draft }) => draft.kind === kind)
  }
}

/** Opens one held signal at an operator's word. */
function createReleaseOrder({ db, held, open, audit, tellSoon }: Needs): Orders['release'] {
  return async ({ source, fingerprint }, { operator }) => {
    const ticketId = await transact(db, async (tx): Promise<TicketId> => {
      const key = `${source}:${fingerprint}`
      const [waiting] = await held.find(tx, [key], true)
      if (!waiting)
        throw new Refusal(
          'not_found',
          'This signal is not held any more: it is right again, or its ticket is open already.',
        )
      await held.drop(tx, [key])
      const [reception] = await open(tx, [waiting])
      if (reception?.ticketId === undefined) throw new Error(`no ticket was opened for ${key}`)
      const detail = { ruleId: waiting.ruleId, ticketId: reception.ticketId }
      const action = 'signal.released'
      await audit.record(tx, { actor: operator.name, action, subject: key, detail })
      return reception.ticketId
    })
    tellSoon()
    return { ticketId }
  }
}

async function getRule(rules: RuleRepository, tx: Db, id: RuleId): Promise<KeptRule> {
  const rule = await rules.find(tx, id)
  if (!rule) throw new Refusal('not_found', `There is no rule ${id}.`)
  return rule
}

/** Maintenance is an operator's daily work; everything else decides for all of them. */
function refuseRole(kind: RuleDraft['kind'], { role }: Caller['operator']): void {
  if (kind === 'window' || role === 'admin') return
  throw new Refusal(
    'forbidden',
    `Rules of the kind ${kind} are an admin's to change, so nothing was changed. Maintenance windows are yours.`,
  )
}

async function refuseStranger({ people }: Needs, draft: RuleDraft): Promise<void> {
  if (draft.kind !== 'route') return
  const { ownerId } = draft.params
  if ((await people.nameOf(ownerId)) === undefined)
    throw new Refusal('not_found', `There is no operator ${ownerId}, so the rule was not kept.`)
}

async function record(
  audit: Audit,
  tx: Db,
  { name: actor }: Caller['operator'],
  what: 'added' | 'changed' | 'removed',
  { id, draft }: KeptRule,
): Promise<void> {
  await audit.record(tx, { actor, action: `rule.${what}`, subject: id, detail: draft })
}
