import type { Approval } from '#contract/approvals'
import type { RunId } from '#contract/primitives'
import type { Approvals } from '#domains/approvals'
import type { Runs } from '#domains/runs'
import type { Settings } from '#domains/settings'
import type { Events } from '#platform/events'
import type { Host } from '#platform/host'
import type { Log } from '#platform/log'
import type { Caller } from '#platform/caller'

// Tells the operator through the machine itself when a person is needed. The window may be hidden; the tray is not.
export interface Notifications {
  stop(): void
}

interface Needs {
  events: Events
  approvals: Approvals
  runs: Runs
  settings: Settings
  host: Host
  log: Log
  caller: () => Caller
}

export function createNotifications({
  events,
  approvals,
  runs,
  settings,
  host,
  log,
  caller,
}: Needs): Notifications {
  const inBackground = (work: () => Promise<void>) => {
    work().catch((error: unknown) => log.error({ err: error }, 'a notification could not be shown'))
  }
  const tellOfOverdue = createOverdueNotices({ runs, settings, host, caller })
  const stops = [
    events.subscribe('approvals.changed', ({ id, status, waiting }) => {
      host.showWaiting?.(waiting)
      if (status === 'waiting') inBackground(() => askForApproval(id))
    }),
    events.subscribe('runs.changed', ({ id, status }) => {
      if (status === 'unknown' || status === 'unverified') inBackground(() => tellOfRun(id))
      if (status === 'waiting') inBackground(() => tellOfOverdue(id))
    }),
  ]
  return { stop: () => stops.forEach((stop) => stop()) }

  async function askForApproval(id: Parameters<Approvals['find']>[0]): Promise<void> {
    const approval = await approvals.find(id)
    if (!approval || approval.status !== 'waiting' || !settings.current().notifications) return
    // Whoever cannot say yes is not called to it.
    if (!(await approvals.standing({ id }, caller())).mayApprove) return
    const target = placeOf(approval)
    const tier = approval.frozen?.tier.replace('_', ' ')
    host.notify?.({
      id,
      title: `Approval needed: ${approval.stepTitle}`,
      body: target
        ? `${tier} on ${target}, for ${approval.ticketTitle ?? approval.runbookTitle}`
        : approval.runbookTitle,
      route: `/approvals/${id}`,
    })
  }

  async function tellOfRun(id: Parameters<Runs['get']>[0]['id']): Promise<void> {
    if (!settings.current().notifications) return
    const run = await runs.get({ id }, caller())
    const title =
      run.status === 'unknown'
        ? `Outcome unknown: ${run.runbookTitle}`
        : `Not verified: ${run.runbookTitle}`
    host.notify?.({ id: `${id}-${run.status}`, title, body: run.reason, route: `/runs/${id}` })
  }
}

function placeOf({ set, frozen }: Approval): string | undefined {
  return set ? `${set.length} targets` : frozen?.action.target.connectionName
}

/** Once for each step: it is told, and waits on. */
function createOverdueNotices({
  runs,
  settings,
  host,
  caller,
}: Pick<Needs, 'runs' | 'settings' | 'host' | 'caller'>) {
  const told = new Set<string>()
  return async (id: RunId): Promise<void> => {
    if (!settings.current().notifications) return
    const run = await runs.get({ id }, caller())
    for (const { index, title, overdue, status, assignee } of run.steps) {
      const key = `${id}-overdue-${index}`
      if (!overdue || status !== 'awaiting_person' || told.has(key)) continue
      told.add(key)
      const whose = assignee === null ? '' : `, for ${assignee}`
      const body = `${run.ticketTitle ?? run.runbookTitle}${whose}`
      host.notify?.({ id: key, title: `Overdue: ${title}`, body, route: `/runs/${id}` })
    }
  }
}
