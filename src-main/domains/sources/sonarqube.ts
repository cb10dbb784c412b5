import { hmacProof } from './proof'
import { type Reading, type SourceReader, type SourceRequest, Unreadable } from './source'
import {
  fingerprintOf,
  isJsonType,
  isObject,
  toLine,
  toLinks,
  toText,
  toTime,
  valueAt,
} from './values'
import { at, listOf, wordOf } from './values-c'

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
  accepts: (contentType) => (isJsonType(contentType) ? 'json' : undefined),
  // A gate that changes without an analysis is sent again with the same task.
  deliveryKey({ body }) {
    const task = toLine(valueAt(body, 'taskId'))
    return task === '' ? undefined : fingerprintOf([task, toLine(valueAt(body, 'changedAt'))])
  },
  read,
  example: (status, now) => ({
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
  }),
}

function read(request: SourceRequest): Reading {
  const { body, receivedAt } = request
  const key = toLine(at(body, 'project', 'key'))
  if (key === '' || !isObject(valueAt(body, 'project')))
    throw new Unreadable(
      'This is not a webhook of SonarQube: it names no project. Add the address under Administration › Configuration › Webhooks.',
    )
  const gate = toLine(at(body, 'qualityGate', 'status')).toUpperCase()
  const task = toLine(valueAt(body, 'status')).toUpperCase()
  if (gate === '' && task === 'CANCELLED')
    return { signals: [], ignored: 'the analysis was cancelled' }
  if (gate === 'NONE') return { signals: [], ignored: 'the project has no quality gate' }
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
  key: string
  /** `OK`, `ERROR`, `WARN`; empty when the analysis itself failed. */
  gate: string
  occurredAt: number
}

function nameOf(body: unknown, key: string): string {
  return wordOf(at(body, 'project', 'name')) ?? key
}

const branchOf = (body: unknown) => wordOf(at(body, 'branch', 'name'))

function signalOf(body: unknown, { key, gate, occurredAt }: Facts): Reading['signals'][number] {
  const branch = branchOf(body) ?? ''
  const name = nameOf(body, key)
  const isRight = gate === 'OK'
  return {
    fingerprint: fingerprintOf(['sonarqube', key, branch]),
    state: isRight ? 'resolved' : 'firing',
    title: titleOf(name, gate),
    description: conditionsOf(body),
    severity: isRight ? undefined : severityOf(body, gate),
    service: name,
    host: undefined,
    labels: {
      project: key,
      ...(branch !== '' && { branch }),
      ...(gate !== '' && { gate: gate.toLowerCase() }),
    },
    annotations: {},
    links: toLinks(
      ['SonarQube', at(body, 'branch', 'url')],
      ['Project', at(body, 'project', 'url')],
    ),
    startsAt: occurredAt,
    endsAt: isRight ? occurredAt : undefined,
  }
}

function titleOf(name: string, gate: string): string {
  if (gate === '') return `The analysis of ${name} failed`
  return gate === 'OK' ? `Quality gate of ${name} is passed` : `Quality gate of ${name} failed`
}

/** What fails on a branch of its own is its author's business first. */
function severityOf(body: unknown, gate: string): 'medium' | 'low' {
  return at(body, 'branch', 'isMain') === true && gate !== 'WARN' ? 'medium' : 'low'
}

/** Which conditions failed, one a line. */
function conditionsOf(body: unknown): string {
  const failed = listOf(at(body, 'qualityGate', 'conditions')).filter(
    (each) => toLine(valueAt(each, 'status')).toUpperCase() === 'ERROR',
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

function changeOf(
  body: unknown,
  { key, gate, occurredAt }: Facts,
): NonNullable<Reading['changes']>[number] {
  const revision = wordOf(valueAt(body, 'revision'))
  return {
    kind: 'build',
    externalId: `${key}/sonarqube/${toLine(valueAt(body, 'taskId')) || (revision ?? occurredAt)}`,
    title: `Quality gate of ${nameOf(body, key)}: ${gate === '' ? 'analysis failed' : gate.toLowerCase()}`,
    name: 'sonarqube',
    state: gate === 'OK' ? 'succeeded' : 'failed',
    revision,
    branch: branchOf(body),
    url: toLinks(['', at(body, 'branch', 'url')], ['', at(body, 'project', 'url')])[0]?.url,
    finishedAt: occurredAt,
    occurredAt,
  }
}
