import type { Timestamp } from '#contract/primitives'
import { acceptsJson } from './body'
import { hmacProof } from './proof'
import {
  type Reading,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { ignored, toSignal } from './telling'
import { toTime } from './times'
import {
  fingerprintOf,
  isObject,
  lineAt,
  listOf,
  toLabels,
  toLine,
  toLinks,
  toText,
  toUrl,
  valueAt,
  wordOf,
} from './values'
import type { BuildNews } from './work'

/**
 * SonarQube Server and Cloud. https://docs.sonarsource.com/sonarqube-server/project-administration/webhooks/
 * `status` is the background task's; the verdict on the code is `qualityGate.status`, which is absent when the task failed.
 */
export const sonarqube: SourceReader = {
  kind: 'sonarqube',
  proof: hmacProof({
    secret: { name: 'webhook secret', madeBy: 'us' },
    header: 'x-sonar-webhook-hmac-sha256',
    algorithm: 'sha256',
    encoding: 'hex',
  }),
  accepts: acceptsJson,
  // A gate that changes without an analysis is sent again with the same task.
  deliveryKey({ body }) {
    const task = lineAt(body, 'taskId')
    return task === '' ? undefined : fingerprintOf([task, lineAt(body, 'changedAt')])
  },
  read,
  example,
}

function read(request: SourceRequest): Reading {
  const { body, receivedAt } = request
  const key = lineAt(body, 'project', 'key')
  if (key === '' || !isObject(valueAt(body, 'project')))
    throw new Unreadable(
      'This is not a webhook of SonarQube: it names no project. Add the address under Administration › Configuration ›' +
        ' Webhooks.',
    )
  const gate = lineAt(body, 'qualityGate', 'status').toUpperCase()
  const task = lineAt(body, 'status').toUpperCase()
  if (gate === '' && task === 'CANCELLED') return ignored('the analysis was cancelled')
  if (gate === 'NONE') return ignored('the project has no quality gate')
  const occurredAt =
    toTime(valueAt(body, 'changedAt'), receivedAt) ??
    toTime(valueAt(body, 'analysedAt'), receivedAt) ??
    receivedAt
  return {
    signals: [signalOf(body, { key, gate, occurredAt })],
    changes: [changeOf(body, { key, gate, occurredAt })],
  }
}

interface Facts {
  readonly key: string
  /** `OK`, `ERROR`, `WARN`; empty when the analysis itself failed. */
  readonly gate: string
  readonly occurredAt: Timestamp
}

function nameOf(body: unknown, key: string): string {
  return wordOf(valueAt(body, 'project', 'name')) ?? key
}

const branchOf = (body: unknown) => wordOf(valueAt(body, 'branch', 'name'))

function signalOf(body: unknown, { key, gate, occurredAt }: Facts): SourceSignal {
  const branch = branchOf(body) ?? ''
  const name = nameOf(body, key)
  const isRight = gate === 'OK'
  return toSignal({
    fingerprint: fingerprintOf(['sonarqube', key, branch]),
    state: isRight ? 'resolved' : 'firing',
    title: titleOf(name, gate),
    description: conditionsOf(body),
    severity: isRight ? undefined : severityOf(body, gate),
    service: name,
    labels: toLabels({ project: key, branch, gate: gate.toLowerCase() }),
    links: toLinks(
      ['SonarQube', valueAt(body, 'branch', 'url')],
      ['Project', valueAt(body, 'project', 'url')],
    ),
    startsAt: occurredAt,
    endsAt: occurredAt,
  })
}

function titleOf(name: string, gate: string): string {
  if (gate === '') return `The analysis of ${name} failed`
  return gate === 'OK' ? `Quality gate of ${name} is passed` : `Quality gate of ${name} failed`
}

/** What fails on a branch of its own is its author's business first. */
function severityOf(body: unknown, gate: string): 'medium' | 'low' {
  return valueAt(body, 'branch', 'isMain') === true && gate !== 'WARN' ? 'medium' : 'low'
}

/** Which conditions failed, one a line. */
function conditionsOf(body: unknown): string {
  const failed = listOf(valueAt(body, 'qualityGate', 'conditions')).filter(
    (each) => lineAt(each, 'status').toUpperCase() === 'ERROR',
  )
  const lines = failed.map((each) => {
    const [metric, operator, value, threshold] = [
      'metric',
      'operator',
      'value',
      'errorThreshold',
    ].map((name) => toLine(valueAt(each, name), 100))
    const limit = operator === 'LESS_THAN' ? 'at least' : 'at most'
    return `${metric!.replaceAll('_', ' ')} is ${value || 'unknown'}, should be ${limit} ${threshold}`
  })
  return toText(lines.join('\n'))
}

function changeOf(body: unknown, { key, gate, occurredAt }: Facts): BuildNews {
  const revision = wordOf(valueAt(body, 'revision'))
  return {
    kind: 'build',
    externalId: `${key}/sonarqube/${lineAt(body, 'taskId') || (revision ?? occurredAt)}`,
    title: `Quality gate of ${nameOf(body, key)}: ${gate === '' ? 'analysis failed' : gate.toLowerCase()}`,
    name: 'sonarqube',
    state: gate === 'OK' ? 'succeeded' : 'failed',
    revision,
    branch: branchOf(body),
    url: toUrl(valueAt(body, 'branch', 'url'), valueAt(body, 'project', 'url')),
    finishedAt: occurredAt,
    occurredAt,
  }
}

function example(status: 'firing' | 'resolved', now: Timestamp) {
  return {
    serverUrl: 'http://localhost:9000',
    taskId: `test-${status}-${now}`,
    status: 'SUCCESS',
    changedAt: new Date(now).toISOString(),
    project: {
      key: 'quarterdeck-test',
      name: 'Quarterdeck test',
      url: 'http://localhost:9000/dashboard?id=quarterdeck-test',
    },
    branch: { name: 'main', type: 'BRANCH', isMain: true },
    qualityGate: {
      name: 'Sonar way',
      status: status === 'firing' ? 'ERROR' : 'OK',
      conditions: [
        {
          metric: 'coverage',
          operator: 'LESS_THAN',
          value: '0.0',
          status: status === 'firing' ? 'ERROR' : 'OK',
          errorThreshold: '80',
        },
      ],
    },
  }
}
