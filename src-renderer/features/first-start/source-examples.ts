import type { SourceKind } from '#contract/intake'

export interface KindInfo {
  kind: SourceKind
  title: string
  about: string
  /** What the sender's own configuration needs, with the address in it. */
  example: (url: string) => string
}

/** Only printable ASCII leaves as it is: the address goes into text that an operator pastes elsewhere. */
const quoted = (url: string) => JSON.stringify(url)

/** The kinds a first source can have, each with the lines that make its sender talk to Quarterdeck. */
export const KINDS: readonly KindInfo[] = [
  {
    kind: 'alertmanager',
    title: 'Alertmanager',
    about: 'Prometheus Alertmanager, or anything that posts its webhook format.',
    example: (url) =>
      `# alertmanager.yml\nroute:\n  receiver: quarterdeck\nreceivers:\n  - name: quarterdeck\n    webhook_configs:\n      - url: ${quoted(url)}\n        send_resolved: true\n`,
  },
  {
    kind: 'cloudevents',
    title: 'CloudEvents',
    about: 'CloudEvents 1.0 over HTTP, structured, binary or in batches.',
    example: (url) =>
      `curl ${quoted(url)} \\\n  -H 'content-type: application/cloudevents+json' \\\n  -d '{"specversion":"1.0","id":"1","source":"/demo","type":"alert.firing",\n       "data":{"title":"Disk is nearly full","severity":"high","host":"web-1"}}'\n`,
  },
  {
    kind: 'generic',
    title: 'Any JSON',
    about: 'Whatever posts JSON. Where it keeps title, status and severity is set under Intake.',
    example: (url) =>
      `curl ${quoted(url)} \\\n  -H 'content-type: application/json' \\\n  -d '{"title":"Disk is nearly full","status":"firing","severity":"high",\n       "service":"web","host":"web-1"}'\n`,
  },
]

/** The most used of the others, which are set up under Intake › Add a source. */
export const OTHER_KINDS: readonly { kind: SourceKind; title: string }[] = [
  { kind: 'grafana', title: 'Grafana' },
  { kind: 'pagerduty', title: 'PagerDuty' },
  { kind: 'datadog', title: 'Datadog' },
  { kind: 'sentry', title: 'Sentry' },
  { kind: 'cloudwatch-sns', title: 'CloudWatch' },
  { kind: 'github', title: 'GitHub' },
  { kind: 'gitlab', title: 'GitLab' },
  { kind: 'jira', title: 'Jira' },
  { kind: 'zendesk', title: 'Zendesk' },
]
