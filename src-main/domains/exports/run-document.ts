import type { FrozenAction } from '#contract/actions'
import type { Approval } from '#contract/approvals'
import type { ExportedOutput, RunExport } from '#contract/exports'
import type { Run, RunStep } from '#contract/runs'
import { factsOf, textOf } from './action-facts'
import { fromTerminal } from './printable'
import { createSheet, type Fact, type Ink, type Sheet, some } from './sheet'

const MOST_SCRIPT_LINES = 400
const MOST_OUTPUT_LINES = 48

/**
 * A run on paper: who, when and what for, each step with the bytes that ran, who agreed to them, how it ended and what
 * it wrote last; how it was verified; and the hashes that prove it. The JSON it is made of is attached.
 */
export async function drawRun(
  document: RunExport,
  json: Uint8Array,
  fonts: string,
): Promise<Buffer> {
  const run = document.run as unknown as Run
  const sheet = createSheet(fonts, {
    title: `${run.runbookTitle}: ${run.id}`,
    author: document.exportedBy,
    at: new Date(document.exportedAt),
  })
  head(sheet, run, document)
  overview(sheet, run)
  for (const step of run.steps) oneStep(sheet, step, document)
  history(sheet, document)
  proof(sheet, document)
  return sheet.finish(
    [`${run.id} · Quarterdeck ${document.program}`, `SHA-256 of the run ${document.digests.whole}`],
    {
      name: `${run.id}.json`,
      bytes: json,
      description: 'The whole run as JSON: `quarterdeck run verify` checks it.',
    },
  )
}

const ENDS: Partial<Record<Run['status'], Ink>> = {
  succeeded: 'ok',
  unverified: 'attention',
  failed: 'bad',
  undone: 'attention',
}

function head(sheet: Sheet, run: Run, { exportedAt, exportedBy }: RunExport): void {
  sheet.text('Quarterdeck · record of a run', { size: 8.5, ink: 'muted', gap: 6 })
  sheet.text(run.runbookTitle, { face: 'bold', size: 19, gap: 4 })
  if (run.ticketTitle) sheet.text(`For “${run.ticketTitle}”`, { size: 11, ink: 'muted', gap: 8 })
  sheet.sign(wordOf(run.status), ENDS[run.status] ?? 'muted')
  if (run.reason) sheet.text(run.reason, { gap: 8 })
  const { feedback, ticketId, endedAt } = run
  sheet.facts([
    { name: 'Run', value: run.id, face: 'mono' },
    { name: 'Runbook', value: `${run.runbookId}, revision ${run.revision}`, face: 'mono' },
    ...some('Ticket', ticketId, 'mono'),
    { name: 'Started', value: `${time(run.startedAt)} by ${run.startedBy}` },
    ...some('Ended', endedAt && `${time(endedAt)}, after ${span(endedAt - run.startedAt)}`),
    { name: 'Verified', value: verificationOf(run) },
    ...some(
      'Feedback',
      feedback &&
        `${feedback.stars} of 5, ${feedback.resolved ? 'it helped' : 'it did not help'}${feedback.comment ? `: ${feedback.comment}` : ''}`,
    ),
    ...Object.entries(run.inputs).map(([name, value]) => ({
      name: `Input ${name}`,
      value,
      face: 'mono' as const,
    })),
    { name: 'Exported', value: `${time(exportedAt)} by ${exportedBy}` },
  ])
}

function verificationOf({ verification: { result, probe, alert } }: Run): string {
  const parts = [
    probe && `probe “${probe.title}” held ${probe.held} of ${probe.needed} times`,
    alert && (alert.resolved ? 'the source says it is right again' : 'the alert was still firing'),
  ].filter(Boolean)
  return [wordOf(result), ...parts].join('; ')
}

function overview(sheet: Sheet, { steps }: Run): void {
  sheet.rule()
  sheet.text('Steps', { face: 'bold', size: 12, gap: 4, keep: 40 })
  sheet.facts(
    steps.map((step) => ({
      name: `${step.index + 1}  ${wordOf(step.status)}`,
      value: `${step.title}${step.connectionName ? ` on ${step.connectionName}` : ''}, ${wordOf(step.tier)}${step.purpose === 'step' ? '' : `, ${step.purpose}`}`,
    })),
  )
}

const STATES: Partial<Record<RunStep['status'], Ink>> = {
  succeeded: 'ok',
  warned: 'attention',
  failed: 'bad',
  rejected: 'bad',
  unknown: 'attention',
}

function oneStep(sheet: Sheet, step: RunStep, document: RunExport): void {
  const hadItsTurn = step.attempt > 0 || step.startedAt !== null || step.endedAt !== null
  if (!hadItsTurn && !step.frozen) return
  sheet.rule()
  const purpose = step.purpose === 'step' ? '' : ` (${step.purpose})`
  const title = `${step.index + 1}. ${step.title}${purpose}`
  sheet.text(title, { face: 'bold', size: 12, gap: 4, keep: 60 })
  sheet.facts([
    { name: 'Outcome', value: outcomeOf(step), ink: STATES[step.status] ?? 'text' },
    ...some('Said last', step.summary),
    ...some('Taken back by', step.undo),
  ])
  if (step.frozen) bytes(sheet, step.frozen)
  const approval = document.approvals.find(({ id }) => id === step.approvalId)
  if (approval) answer(sheet, approval as unknown as Approval)
  for (const output of document.outputs.filter(({ stepIndex }) => stepIndex === step.index))
    written(sheet, output)
}

function outcomeOf({ status, exitCode, attempt, startedAt, endedAt }: RunStep): string {
  const took = startedAt !== null && endedAt !== null && span(endedAt - startedAt)
  return [
    wordOf(status),
    exitCode !== null && `exit code ${exitCode}`,
    attempt > 1 && `attempt ${attempt}`,
    startedAt !== null && time(startedAt),
    took && `took ${took}`,
  ]
    .filter(Boolean)
    .join(', ')
}

/** What ran where, as whom. */
function bytes(sheet: Sheet, { action, hash, tier, tierReasons }: FrozenAction): void {
  const { target } = action
  const place = target.host ? `${target.username ?? ''}@${target.host}:${target.port ?? ''}` : ''
  sheet.facts([
    { name: 'Where', value: [target.connectionName, place].filter(Boolean).join(', ') },
    ...some('Host key', target.hostKey, 'mono'),
    ...some('Credential', target.credentialName),
    { name: 'How far', value: `${wordOf(tier)}: ${tierReasons.join(', ')}` },
    ...factsOf(action),
    { name: 'SHA-256', value: hash, face: 'mono' as const },
  ])
  sheet.text('What ran, as it was approved', { size: 8.5, ink: 'muted', gap: 2, keep: 40 })
  sheet.code(textOf(action), { most: MOST_SCRIPT_LINES, from: 'start' })
}

function answer(sheet: Sheet, approval: Approval): void {
  const { decidedBy, decidedAt, comment, status, singleOperator, requestedBy } = approval
  const who =
    decidedBy === null
      ? wordOf(status)
      : `${wordOf(status)}, decided by ${decidedBy}${decidedAt === null ? '' : `, ${time(decidedAt)}`}`
  const alone = singleOperator ? ' One operator alone: they approved their own request.' : ''
  sheet.facts([
    { name: 'Approval', value: `${who}.${alone}` },
    { name: 'Asked by', value: `${requestedBy}, ${time(approval.requestedAt)}` },
    ...some('Reason given', comment),
    { name: 'Decided on', value: approval.subjectHash, face: 'mono' },
    ...signaturesOf(approval),
    { name: 'Its id', value: approval.id, face: 'mono' },
  ])
}

/** Each answer with the key it is signed with, where approvals are signed. */
function signaturesOf(approval: object): Fact[] {
  const answers: unknown = 'answers' in approval ? approval.answers : []
  if (!Array.isArray(answers)) return []
  return (answers as Record<string, unknown>[]).flatMap(({ by, fingerprint, signature }) => {
    const name = typeof by === 'object' && by !== null && 'name' in by ? String(by.name) : ''
    const key = typeof fingerprint === 'string' ? `key ${fingerprint}` : ''
    const signed = typeof signature === 'string' ? signature : ''
    return some('Signed', signed && [name, key, signed].filter(Boolean).join('\n'), 'mono')
  })
}

function written(sheet: Sheet, { attempt, sizeBytes, sha256, text, tail }: ExportedOutput): void {
  const size = `${sizeBytes.toLocaleString('en')} bytes`
  sheet.text(`What attempt ${attempt} wrote, to its end: ${size}, SHA-256 ${sha256}`, {
    size: 8,
    ink: 'muted',
    gap: 2,
    keep: 40,
  })
  const end = fromTerminal((tail ?? text).slice(-32_000)).trimEnd()
  if (end === '') sheet.text('Nothing that can be seen.', { size: 8, gap: 8 })
  else sheet.code(end, { most: MOST_OUTPUT_LINES, from: 'end' })
}

function history(sheet: Sheet, { facts }: RunExport): void {
  sheet.rule()
  sheet.text('Everything that happened', { face: 'bold', size: 12, gap: 4, keep: 40 })
  sheet.facts(
    (facts as unknown as Happened[]).map(({ at, by, type, words }) => ({
      name: clock(at),
      value: `${wordOf(type)} by ${by}${words ? `: ${words}` : ''}`,
    })),
  )
}

interface Happened {
  readonly at: number
  readonly by: string
  readonly type: string
  readonly words: string
}

function proof(sheet: Sheet, { snapshotHash, digests, audit, masked }: RunExport): void {
  sheet.rule()
  sheet.text('How to check this', { face: 'bold', size: 12, gap: 4, keep: 60 })
  sheet.text(
    'The JSON that this was printed from is attached to it. Save it and let “quarterdeck run verify” read it: a change of a single byte is found and its place named. The audit log of the console has the same hash in its entry “run.exported”.',
    { gap: 6 },
  )
  sheet.facts([
    { name: 'The run', value: digests.whole, face: 'mono' },
    { name: 'Its snapshot', value: snapshotHash, face: 'mono' },
    ...Object.entries(digests.parts).map(([name, value]) => ({
      name: `Part ${name}`,
      value,
      face: 'mono' as const,
    })),
    ...some('Masked', masked.length > 0 ? `a secret was masked in: ${masked.join(', ')}` : null),
  ])
  if (audit.length === 0) return
  sheet.text('Entries of the audit log about it', { size: 8.5, ink: 'muted', gap: 2, keep: 40 })
  sheet.facts(
    audit.map(({ seq, action, hash }) => ({
      name: `${seq}  ${action}`.slice(0, 26),
      value: hash,
      face: 'mono' as const,
    })),
  )
}

const wordOf = (code: string) => code.replaceAll('_', ' ')

/** In UTC: paper has no time zone. */
function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(5, 19).replace('T', ' ')
}

function span(ms: number): string {
  if (ms < 1000) return `${ms} ms`
  const seconds = Math.round(ms / 1000)
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}
