import { request } from 'node:http'
import type { Supervisor, UnitState } from './supervisor'

/** What a probe found. `problem` is in the words of what was seen, not of what was done to the service. */
export type Finding =
  | { readonly ok: true; readonly tookMs: number }
  | { readonly ok: false; readonly alert: AlertName; readonly problem: string }

export type AlertName =
  | 'ServiceHung'
  | 'ServiceDown'
  | 'DiskQuotaFull'
  | 'DatabaseLocked'
  | 'HighHttp5xxRate'
  | 'HighLatency'

const SEVERITY: Record<AlertName, string> = {
  ServiceHung: 'critical',
  ServiceDown: 'critical',
  DiskQuotaFull: 'high',
  DatabaseLocked: 'high',
  HighHttp5xxRate: 'critical',
  HighLatency: 'warning',
}

const PROBE_EVERY_MS = 700
const PROBE_TIMEOUT_MS = 2000
const SLOW_MS = 500
/** Two bad probes in a row make an alert; latency cries at once, which is why it flaps. */
const PATIENCE: Partial<Record<AlertName, number>> = { HighLatency: 1 }
const USUAL_PATIENCE = 2

interface Firing {
  readonly alert: AlertName
  readonly problem: string
  readonly startsAt: string
}

interface Needs {
  readonly supervisor: Supervisor
  /** Address of our own listener, as Alertmanager would have it configured. */
  readonly hook: string
  readonly graffiti: ReadonlyMap<string, string>
  /** Where the services are, for `instance` and for the labels that runbooks read. */
  readonly hostName: string
  labelsOf(service: string): Readonly<Record<string, string>>
}

export interface Watchdog {
  findings(): ReadonlyMap<string, Finding>
  pause(): void
  resume(): void
  stop(): Promise<void>
}

/** Probes every web service over HTTP and posts to the listener, in Alertmanager's format, what really fails. */
export function startWatchdog(needs: Needs): Watchdog {
  const state = { paused: false, stopped: false }
  const findings = new Map<string, Finding>()
  const alarms = createAlarms(needs)
  const done = loop()
  return {
    findings: () => findings,
    pause: () => void (state.paused = true),
    resume: () => void (state.paused = false),
    async stop() {
      state.stopped = true
      await done
    },
  }

  async function loop(): Promise<void> {
    while (!state.stopped) {
      const pause = new Promise((next) => setTimeout(next, PROBE_EVERY_MS))
      const units = needs.supervisor.all().filter((unit) => unit.url !== undefined)
      await Promise.all(units.map(look))
      await pause
    }
  }

  async function look({ name, url }: UnitState): Promise<void> {
    const finding = await probe(url!)
    findings.set(name, finding)
    await alarms.take(name, finding, state.paused)
  }
}

/** What fires, and since when; tells the listener when that changes. */
function createAlarms(needs: Needs) {
  const bad = new Map<string, number>()
  const firing = new Map<string, Firing>()
  return {
    async take(service: string, finding: Finding, paused: boolean): Promise<void> {
      const count = finding.ok ? 0 : (bad.get(service) ?? 0) + 1
      bad.set(service, count)
      const before = firing.get(service)
      if (paused) return
      if (before) await end(service, before, finding)
      else if (!finding.ok && count >= (PATIENCE[finding.alert] ?? USUAL_PATIENCE))
        await begin(service, finding)
    },
  }

  async function begin(
    service: string,
    { alert, problem }: Finding & { ok: false },
  ): Promise<void> {
    const alarm = { alert, problem, startsAt: new Date().toISOString() }
    if (await post(needs, service, alarm, undefined)) firing.set(service, alarm)
  }

  async function end(service: string, alarm: Firing, finding: Finding): Promise<void> {
    if (!finding.ok && finding.alert === alarm.alert) return
    if (await post(needs, service, alarm, new Date().toISOString())) firing.delete(service)
  }
}

/** False when the listener did not take it: tried again at the next probe, as Alertmanager does. */
async function post(
  needs: Needs,
  service: string,
  alarm: Firing,
  endsAt: string | undefined,
): Promise<boolean> {
  try {
    const answer = await fetch(needs.hook, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(toWebhook(needs, service, alarm, endsAt)),
    })
    return answer.ok
  } catch {
    return false
  }
}

/** Alertmanager's webhook, version 4: prometheus.io/docs/alerting/latest/configuration/#webhook_config */
function toWebhook(
  needs: Needs,
  service: string,
  alarm: Firing,
  endsAt: string | undefined,
): object {
  const status = endsAt ? 'resolved' : 'firing'
  const labels = {
    alertname: alarm.alert,
    severity: SEVERITY[alarm.alert],
    service,
    instance: needs.hostName,
    job: 'demo-watchdog',
    ...needs.labelsOf(service),
  }
  const graffiti = needs.graffiti.get(service)
  const annotations = {
    summary: `${service}: ${alarm.problem}`,
    description:
      graffiti ??
      `The watchdog probes ${service} on ${needs.hostName} about once a second; it found: ${alarm.problem}.`,
  }
  const alert = {
    status,
    labels,
    annotations,
    startsAt: alarm.startsAt,
    endsAt: endsAt ?? '0001-01-01T00:00:00Z',
    generatorURL: '',
  }
  return {
    version: '4',
    groupKey: `{}:{service="${service}"}`,
    truncatedAlerts: 0,
    status,
    receiver: 'quarterdeck',
    groupLabels: { service },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: 'http://127.0.0.1',
    alerts: [alert],
  }
}

function probe(url: string): Promise<Finding> {
  const started = performance.now()
  return new Promise((found) => {
    const asked = request(
      `${url}/healthz`,
      { agent: false, timeout: PROBE_TIMEOUT_MS },
      (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (text: string) => (body += text))
        response.on('end', () =>
          found(judge(response.statusCode ?? 0, body, performance.now() - started)),
        )
      },
    )
    asked.on('timeout', () => {
      asked.destroy()
      found({ ok: false, alert: 'ServiceHung', problem: 'the port is open, no answer within 2 s' })
    })
    asked.on('error', () =>
      found({ ok: false, alert: 'ServiceDown', problem: 'connection refused' }),
    )
    asked.end()
  })
}

function judge(status: number, body: string, tookMs: number): Finding {
  if (status === 200 && tookMs < SLOW_MS) return { ok: true, tookMs }
  if (status === 200)
    return { ok: false, alert: 'HighLatency', problem: `an answer took ${Math.round(tookMs)} ms` }
  const problem = `HTTP ${status}, ${wordsIn(body)}`
  if (body.includes('no space left')) return { ok: false, alert: 'DiskQuotaFull', problem }
  if (body.includes('database is locked')) return { ok: false, alert: 'DatabaseLocked', problem }
  return { ok: false, alert: 'HighHttp5xxRate', problem }
}

/** What the service says is wrong, in its own words; a stranger's body as it is. */
function wordsIn(body: string): string {
  try {
    const { problem } = JSON.parse(body) as { problem?: unknown }
    if (typeof problem === 'string') return problem
  } catch {
    // Falls through: a body that is no JSON is shown as text.
  }
  return body.trim().slice(0, 200)
}
