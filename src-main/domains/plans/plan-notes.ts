import type { Runbook, RunbookStep } from '#contract/runbooks'

/** What else there is to know about a step before it starts, each in a few words. */
export function notesOf(step: RunbookStep, runbook: Runbook, targets: number): string[] {
  return [
    ...callNotes(step, runbook),
    ...checkNotes(step, runbook),
    ...fanNotes(step, targets),
    ...waitNotes(step, runbook),
    ...personNotes(step),
    ...(step.outputs ?? []).map(({ name }) => `gives “${name}” to later steps`),
  ]
}

function titleIn({ steps }: Runbook, name: string): string {
  return steps.find((step) => step.name === name)?.title ?? name
}

function callNotes({ name, call }: RunbookStep, { parts }: Runbook): string[] {
  const part = call && parts?.find(({ scope }) => scope === `${name}/`)
  return part ? [`the steps of “${part.title}” follow`] : []
}

function checkNotes({ before, verify, when }: RunbookStep, runbook: Runbook): string[] {
  return [
    ...(when === null ? [] : [`only when ${when}`]),
    ...(before == null ? [] : [`“${titleIn(runbook, before)}” must hold before`]),
    ...(verify === null ? [] : [`“${titleIn(runbook, verify)}” must hold after`]),
  ]
}

function fanNotes({ fan }: RunbookStep, targets: number): string[] {
  if (!fan) return []
  const atOnce = Math.min(fan.atOnce, targets)
  const pace =
    atOnce <= 1 ? 'one after the other' : atOnce >= targets ? 'all at once' : `${atOnce} at a time`
  const stop = fan.stopAfter === 1 ? 'the first failure' : `${fan.stopAfter} failures`
  return [`${targets} ${targets === 1 ? 'target' : 'targets'}, ${pace}; stops after ${stop}`]
}

function waitNotes({ wait, timeoutMs }: RunbookStep, runbook: Runbook): string[] {
  if (!wait) return []
  if (wait.timerMs !== null) return [`waits ${durationOf(wait.timerMs)}`]
  const most = `, at most ${durationOf(timeoutMs)}`
  if (wait.alert != null)
    return [`waits until ${wait.alert === '' ? 'the alert' : wait.alert} is resolved${most}`]
  return [`waits until “${titleIn(runbook, wait.until ?? '')}” holds${most}`]
}

function personNotes({ assignee, dueMs, checklist }: RunbookStep): string[] {
  const items = checklist?.length ?? 0
  return [
    ...(assignee == null ? [] : [`for ${assignee}`]),
    ...(dueMs == null ? [] : [`due within ${durationOf(dueMs)}`]),
    ...(items === 0 ? [] : [`${items} ${items === 1 ? 'thing' : 'things'} to tick off`]),
  ]
}

/** As a runbook writes it: `1h30m`, `90s`. */
function durationOf(ms: number): string {
  const [hours, minutes, seconds] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map(
    Math.floor,
  )
  const parts = [
    hours! > 0 && `${hours}h`,
    minutes! > 0 && `${minutes}m`,
    seconds! > 0 && `${seconds}s`,
  ]
  return parts.filter(Boolean).join('') || `${ms}ms`
}
