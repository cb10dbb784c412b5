import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises } from './promises.suite'
import { payloadsOf, readsItsPayloads, senderOf } from './sender.suite'
import { Unreadable } from './source'

const { read, keyOf } = senderOf('eventbridge')

const FOLDERS = ['aws-eventbridge-other', 'cloudwatch-eventbridge', 'ecs-eventbridge']
readsItsPayloads('eventbridge', FOLDERS, {
  codebuild_state_change: [
    'build | succeeded | my-sample-project:8745a7a9-c340-456a-9166-edf953571bEX | my-sample-project | 2017-09-01T16:14:28Z',
  ],
  codedeploy_deployment_event: [
    'deployment | succeeded | d-123456789 | myApplication to myDeploymentGroup | 2016-06-30T22:06:31Z',
  ],
  alarm_configuration_change_create: {
    ignored:
      '“CloudWatch Alarm Configuration Change”: an alarm was set up, edited or deleted, which is no state of it',
  },
  alarm_configuration_change_delete: {
    ignored:
      '“CloudWatch Alarm Configuration Change”: an alarm was set up, edited or deleted, which is no state of it',
  },
  alarm_state_change_composite_alarm_4: [
    'arn:aws:cloudwatch:us-east-1:123456789012:alarm:ServiceAggregatedAlarm | firing | high | ServiceAggregatedAlarm | - | - | 2022-07-22T15:57:45.394Z',
  ],
  alarm_state_change_single_alarm_1: [
    'arn:aws:cloudwatch:us-east-1:123456789012:alarm:ServerCpuTooHigh | firing | high | ServerCpuTooHigh | - | i-12345678901234567 | 2019-10-02T17:04:40.989Z',
  ],
  container_instance_state_change: {
    ignored:
      '“ECS Container Instance State Change”: the resources or the agent of a container instance changed, which is part of normal work',
  },
  container_instance_state_change_lambda_go: {
    ignored:
      '“ECS Container Instance State Change”: the resources or the agent of a container instance changed, which is part of normal work',
  },
  deployment_state_change_service_deployment_in_progress_2: [
    'deployment | running | ecs-svc/123 | servicetest to default | 2020-05-23T12:31:14Z',
  ],
  service_action_service_task_placement_failure: [
    '8c9b09e6… | firing | high | servicetest: task placement failure | servicetest | - | 2019-11-19T19:55:38Z',
  ],
})

const REAL = [...payloadsOf(...FOLDERS).values()].map(({ body }) => body)
test.each(REAL)('a real event is known by its id', (body) => {
  expect(keyOf(body)).toBe((body as { id: string }).id)
})

const event = (type: string, detail: object, parts: object = {}) => ({
  version: '0',
  id: 'e-1',
  'detail-type': type,
  source: 'aws.x',
  account: '1',
  region: 'eu-west-1',
  time: '2026-11-20T10:00:00Z',
  resources: [],
  detail,
  ...parts,
})
const at = Date.UTC(2026, 10, 20, 10)

const alarm = (value: string, parts: object = {}) =>
  event(
    'CloudWatch Alarm State Change',
    {
      alarmName: 'cpu',
      configuration: {
        description: 'Too busy',
        metrics: [
          {
            metricStat: {
              metric: { namespace: 'AWS/EC2', name: 'CPU', dimensions: { InstanceId: 'i-1' } },
            },
          },
          {
            metricStat: {
              metric: { namespace: 'AWS/ECS', name: 'CPU', dimensions: { ServiceName: 'shop' } },
            },
          },
          { expression: 'SUM(METRICS())' },
        ],
      },
      state: {
        value,
        reason: 'Threshold crossed',
        timestamp: '2026-11-20T09:59:59.989+0000',
        ...parts,
      },
    },
    { resources: ['arn:aws-us-gov:cloudwatch:us-gov-west-1:1:alarm:cpu'] },
  )

describe('alarms', () => {
  test('one is read with the dimensions of all its metrics, and resolved under the same fingerprint', () => {
    const [wrong] = read(alarm('ALARM')).signals
    expect(wrong).toMatchObject({
      fingerprint: 'arn:aws-us-gov:cloudwatch:us-gov-west-1:1:alarm:cpu',
      description: 'Too busy\n\nThreshold crossed',
      service: 'shop',
      host: 'i-1',
      startsAt: at - 11,
      links: [
        {
          url: expect.stringMatching(
            /^https:\/\/us-gov-west-1.console.amazonaws-us-gov.com\/cloudwatch/,
          ) as string,
        },
      ],
    })
    expect(read(alarm('OK')).signals).toMatchObject([
      { fingerprint: wrong!.fingerprint, state: 'resolved', endsAt: at - 11 },
    ])
    expect(read(alarm('INSUFFICIENT_DATA')).signals).toMatchObject([
      { fingerprint: wrong!.fingerprint, state: 'noted' },
    ])
  })

  test('one whose actions are held back says so', () => {
    expect(read(alarm('ALARM', { actionsSuppressedBy: 'WaitPeriod' })).signals[0]!.note).toContain(
      'WaitPeriod',
    )
  })
})

const service = { resources: ['arn:aws:ecs:eu-west-1:1:service/prod-eu/shop'] }
const rollout = (name: string, parts: object = {}) =>
  event(
    'ECS Deployment State Change',
    { eventName: `SERVICE_DEPLOYMENT_${name}`, deploymentId: 'ecs-svc/7', ...parts },
    service,
  )

const step = (eventType: string, eventName: string) =>
  event(
    'ECS Service Action',
    { eventType, eventName, clusterArn: 'arn:aws:ecs:eu-west-1:1:cluster/prod-eu' },
    service,
  )

const task = (parts: object) =>
  event('ECS Task State Change', {
    clusterArn: 'arn:aws:ecs:eu-west-1:1:cluster/prod-eu',
    taskArn: 'arn:aws:ecs:eu-west-1:1:task/prod-eu/abc',
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:1:task-definition/shop-web:12',
    group: 'service:shop',
    lastStatus: 'STOPPED',
    stoppedAt: '2026-11-20T09:59:58.5Z',
    ...parts,
  })

describe('ECS', () => {
  test('a deployment begins, ends, and is one thing', () => {
    expect(read(rollout('IN_PROGRESS')).changes).toEqual([
      {
        kind: 'deployment',
        externalId: 'ecs-svc/7',
        title: 'shop to prod-eu',
        url: 'https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/prod-eu/services/shop',
        occurredAt: at,
        service: 'shop',
        environment: 'prod-eu',
        production: true,
        state: 'running',
        rollback: false,
        startedAt: at,
      },
    ])
    expect(read(rollout('COMPLETED')).changes).toMatchObject([
      { externalId: 'ecs-svc/7', state: 'succeeded', finishedAt: at },
    ])
  })

  test('the start of a rollback says that it is one; a failure does not', () => {
    const reason = 'ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/6.'
    expect(read(rollout('IN_PROGRESS', { reason })).changes).toMatchObject([{ rollback: true }])
    expect(read(rollout('FAILED', { reason })).changes![0]).not.toHaveProperty('rollback')
  })

  test('one that fails is wrong until a later one succeeds', () => {
    const [wrong] = read(rollout('FAILED', { reason: 'circuit breaker' })).signals
    expect(wrong).toMatchObject({
      state: 'firing',
      severity: 'high',
      service: 'shop',
      title: 'Deployment of shop failed',
    })
    const [right] = read(rollout('COMPLETED', { deploymentId: 'ecs-svc/8' })).signals
    expect([right!.state, right!.fingerprint]).toEqual(['resolved', wrong!.fingerprint])
  })

  const crash = {
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [{ name: 'web', exitCode: 137, reason: 'OutOfMemoryError' }],
  }

  test('impaired, failing tasks and steady again are about one service', () => {
    const [impaired] = read(step('WARN', 'SERVICE_TASK_START_IMPAIRED')).signals
    const [failed] = read(task(crash)).signals
    const [steady] = read(step('INFO', 'SERVICE_STEADY_STATE')).signals
    expect([impaired!.severity, failed!.severity, steady!.state]).toEqual([
      'medium',
      'high',
      'resolved',
    ])
    expect(new Set([impaired, failed, steady].map((signal) => signal!.fingerprint)).size).toBe(1)
    expect(failed).toMatchObject({
      title: 'A task of shop failed',
      description: 'Essential container in task exited\nweb: exit code 137, OutOfMemoryError',
      startsAt: at - 1500,
      quietMs: 3_600_000,
    })
  })

  test.each([
    ['it runs', { ...crash, lastStatus: 'RUNNING' }],
    ['a person stopped it', { ...crash, stopCode: 'UserInitiated' }],
    [
      'a deployment replaced it',
      {
        ...crash,
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/1)',
      },
    ],
    ['it did its work', { ...crash, containers: [{ name: 'job', exitCode: 0 }] }],
    ['the spot price', { ...crash, stopCode: 'SpotInterruption' }],
  ])('a task is no trouble when %s', (_why, parts) => {
    expect(read(task(parts))).toMatchObject({
      signals: [],
      ignored: expect.stringContaining('a task of shop') as string,
    })
  })

  test('a task that fails its health check or cannot start is trouble', () => {
    const unhealthy = {
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Task failed ELB health checks in (target-group x)',
    }
    expect(read(task(unhealthy)).signals).toHaveLength(1)
    expect(
      read(task({ stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError' }))
        .signals,
    ).toHaveLength(1)
    const alone = read(task({ ...crash, group: 'family:shop-web' }), {
      settings: { quietMinutes: 0 },
    }).signals[0]!
    expect(alone.title).toBe('A task of shop-web failed')
    expect(alone.quietMs).toBeUndefined()
  })

  test('a daemon that cannot start is trouble without a type', () => {
    const daemon = event('ECS Daemon Service Action', {
      eventName: 'DAEMON_TASK_START_IMPAIRED',
      failureType: 'TASK_CREATION_FAILED',
      clusterArn: 'arn:aws:ecs:eu-west-1:1:cluster/prod-eu',
      daemonArn: 'arn:aws:ecs:eu-west-1:1:daemon/prod-eu/logs',
    })
    expect(read(daemon).signals).toMatchObject([
      { severity: 'medium', service: 'logs', description: 'TASK_CREATION_FAILED' },
    ])
  })
})

const pipeline = (state: string, parts: object = {}) =>
  event('CodePipeline Pipeline Execution State Change', {
    pipeline: 'shop-prod',
    'execution-id': 'x-1',
    state,
    version: 3,
    ...parts,
  })

const build = (status: string, more: object = {}) =>
  event('CodeBuild Build State Change', {
    'build-status': status,
    'project-name': 'shop',
    'build-id': 'arn:aws:codebuild:eu-west-1:1:build/shop:8745',
    'additional-information': {
      initiator: 'ada',
      'build-start-time': 'Nov 20, 2026 9:50:00 AM',
      source: { type: 'GITHUB', location: 'https://github.com/acme/shop.git' },
      'source-version': 'refs/heads/main^{3f2a9bc13f2a9bc13f2a9bc13f2a9bc13f2a9bc1}',
      logs: { 'deep-link': 'https://console.aws.amazon.com/x' },
      ...more,
    },
  })

describe('developer tools', () => {
  test.each([
    ['START', 'running'],
    ['READY', 'running'],
    ['SUCCESS', 'succeeded'],
    ['FAILURE', 'failed'],
    ['STOP', 'cancelled'],
  ])('CodeDeploy says %s: %s', (state, expected) => {
    const body = event('CodeDeploy Deployment State-change Notification', {
      deploymentId: 'd-1',
      application: 'shop',
      deploymentGroup: 'Prod',
      state,
    })
    expect(read(body)).toMatchObject({
      signals: [],
      changes: [{ externalId: 'd-1', service: 'shop', production: true, state: expected }],
    })
  })

  test('a run of a pipeline is a build, and a deployment where the settings say so', () => {
    const trigger = {
      'branch-name': 'main',
      'commit-id': '3f2a9bc1',
      'full-repository-name': 'acme/shop',
      'author-display-name': 'ada',
    }
    const body = pipeline('SUCCEEDED', {
      'start-time': '2026-11-20T09:50:00.000Z',
      'execution-trigger': trigger,
      'pipeline-execution-attempt': 2,
    })
    const run = {
      kind: 'build',
      externalId: 'shop-prod/x-1',
      state: 'succeeded',
      revision: '3f2a9bc1',
      branch: 'main',
      repository: 'acme/shop',
      attempt: 2,
      startedAt: at - 600_000,
      finishedAt: at,
    }
    expect(read(body).changes).toMatchObject([run])
    expect(read(body, { settings: { deployments: ['shop-*'] } }).changes).toMatchObject([
      run,
      {
        kind: 'deployment',
        externalId: 'shop-prod/x-1',
        environment: 'prod',
        production: true,
        state: 'succeeded',
        revision: '3f2a9bc1',
      },
    ])
    expect(read(pipeline('STARTED')).changes).toMatchObject([{ state: 'running', startedAt: at }])
    expect(read(pipeline('SUPERSEDED')).changes).toMatchObject([{ state: 'cancelled' }])
  })

  test('of the actions of a pipeline only those that deploy count, to their stage', () => {
    const action = (category: string) =>
      event('CodePipeline Action Execution State Change', {
        pipeline: 'shop',
        'execution-id': 'x-1',
        stage: 'Prod',
        action: 'deploy',
        state: 'FAILED',
        type: { category, owner: 'AWS', provider: 'CodeDeploy', version: '1' },
      })
    expect(read(action('Deploy')).changes).toMatchObject([
      {
        kind: 'deployment',
        externalId: 'x-1/Prod/deploy',
        environment: 'Prod',
        production: true,
        state: 'failed',
      },
    ])
    expect(read(action('Build')).ignored).toContain('deploys nothing')
    expect(read(event('CodePipeline Stage Execution State Change', {})).ignored).toContain(
      'one stage',
    )
  })

  test('a build is read; one that fails on the main branch is wrong until it succeeds', () => {
    const failed = read(build('FAILED'))
    expect(failed.changes).toMatchObject([
      {
        externalId: 'shop:8745',
        repository: 'acme/shop',
        branch: 'main',
        revision: '3f2a9bc13f2a9bc13f2a9bc13f2a9bc13f2a9bc1',
        startedAt: at - 600_000,
        finishedAt: at,
        state: 'failed',
      },
    ])
    expect(failed.signals).toMatchObject([
      { state: 'firing', severity: 'high', fingerprint: 'codebuild/acme/shop/shop/main' },
    ])
    expect(read(build('SUCCEEDED')).signals).toMatchObject([
      { state: 'resolved', fingerprint: 'codebuild/acme/shop/shop/main' },
    ])
    expect(read(build('FAILED', { 'source-version': 'feature/x' })).signals).toEqual([])
    expect(read(build('FAILED', { 'source-version': 'pr/12' })).changes).toMatchObject([
      { branch: undefined },
    ])
    expect(read(build('IN_PROGRESS')).changes).toMatchObject([{ state: 'running' }])
  })

  test('a build that deploys is a deployment, too', () => {
    const { changes } = read(build('FAILED'), { settings: { deployments: ['shop'] } })
    expect(changes).toMatchObject([
      { kind: 'build' },
      { kind: 'deployment', service: 'shop', state: 'failed', production: true },
    ])
  })
})

test('a batch is read event by event, and is one delivery', () => {
  const batch = [
    rollout('FAILED'),
    event('EC2 Instance State-change Notification', {}, { id: 'e-2' }),
    7,
  ]
  const { signals, changes, ignored } = read(batch)
  expect([signals.length, changes?.length, ignored]).toEqual([1, 1, undefined])
  expect(read([batch[1]]).ignored).toContain('leave it out of the rule')
  expect(keyOf(batch)).toBeUndefined()
  expect(keyOf(batch.slice(0, 2))).toMatch(/^[0-9a-f]{64}$/)
})

test.each([[{}], [null], [[]], ['x'], [{ detail: {} }]])('%j is no event', (body) => {
  expect(() => read(body)).toThrow(Unreadable)
})

firesAndIsResolved('eventbridge')

keepsItsPromises(
  'eventbridge',
  [
    event(
      'CodePipeline Pipeline Execution State Change',
      { pipeline: 'a', 'execution-id': 'x', state: 'STARTED', 'execution-trigger': {} },
      service,
    ),
    event(
      'CodePipeline Action Execution State Change',
      { pipeline: 'a', 'execution-id': 'x', state: 'STARTED', type: { category: 'Deploy' } },
      service,
    ),
    event(
      'ECS Task State Change',
      { lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart', containers: [{ exitCode: 1 }] },
      service,
    ),
    ...REAL,
  ],
  { settings: { deployments: ['*'] } },
)
