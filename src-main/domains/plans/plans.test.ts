import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Action } from '#contract/actions'
import type { ConnectionDraft } from '#contract/connections'
import { Plan } from '#contract/plans'
import type { RunbookId, TicketId } from '#contract/primitives'
import type { Ticket } from '#contract/tickets'
import { createAudit } from '#domains/audit'
import { type Connections, createConnections } from '#domains/connections'
import { createCredentials } from '#domains/credentials'
import { classify } from '#domains/risk'
import { createRunbooks, type Runbooks } from '#domains/runbooks'
import { createDatabases } from '#domains/databases'
import { createEgress } from '#domains/egress'
import { createLocal } from '#domains/local'
import { createOpenssh } from '#domains/openssh'
import { createSsh } from '#domains/ssh'
import { createWeb } from '#domains/web'
import type { Caller } from '#platform/caller'
import type { Database } from '#platform/database'
import { createEvents } from '#platform/events'
import { newId } from '#platform/ids'
import { silentLog } from '#platform/log'
import { createMasking } from '#platform/masking'
import { stores } from '#platform/stores.suite'
import { createPlans, type Plans } from '.'

const startProgram = () => {
  throw new Error('No program is started here')
}

const caller = { operator: { name: 'Ada' }, signal: new AbortController().signal } as Caller
const id = (name: string) => name as RunbookId
const NOTHING_GIVEN = { outputs: {} }

const RESTART = `---
title: Restart
inputs:
  - { name: host, type: host, from: [host, 'label:instance'] }
  - { name: unit, pattern: '[a-z@.-]+', from: ['label:unit', service] }
  - { name: lines, type: integer, default: 20 }
  - { name: note, required: false, pattern: '[a-z ]+' }
target: '{{host}}'
verify: { probe: up, alert: resolved }
---
\`\`\`sh {"name":"look","qd.kind":"check"}
uptime
\`\`\`
\`\`\`sh {"name":"stop","qd.kind":"change","qd.undo":"start","cwd":"/srv","qd.timeout":"90s"}
sudo -n systemctl stop -- "$QD_UNIT"
\`\`\`
\`\`\`text {"name":"ask","qd.kind":"approval"}
Delete the cache?
\`\`\`
\`\`\`bash {"name":"clear","qd.kind":"change","qd.undo":"irreversible","interactive":"true"}
rm -rf /var/cache/app
\`\`\`
\`\`\`sh {"name":"start","qd.kind":"change"}
sudo -n systemctl start -- "$QD_UNIT"
\`\`\`
\`\`\`sh {"name":"up","qd.kind":"check"}
uptime
\`\`\`
`

describe('a plan', () => {
  let database: Database
  let connections: Connections
  let runbooks: Runbooks
  let plans: Plans
  let dataFolder: string
  let ticket: Ticket

  beforeEach(async () => {
    database = await stores[0]!.open()
    const base = { database, clock: { now: () => 1_000 }, events: createEvents(), log: silentLog() }
    const needs = { ...base, masking: createMasking(), audit: createAudit(base) }
    const credentials = await createCredentials({ ...needs, tier: 'memory', console: 'ada@desk' })
    const openssh = createOpenssh({ home: '/nonexistent', machineFolder: '/nonexistent' })
    const egress = await createEgress({
      ...needs,
      settings: { current: () => ({ offline: false }) },
      console: 'ada@desk',
    })
    const connectors = {
      local: createLocal(needs),
      ssh: createSsh({ ...needs, credentials, openssh }),
      ...createDatabases({ ...needs, credentials, startProgram }),
      http: createWeb({ ...needs, credentials, egress }),
    }
    connections = await createConnections({ ...needs, credentials, connectors, openssh })
    dataFolder = await mkdtemp(join(tmpdir(), 'quarterdeck-plans-'))
    await mkdir(join(dataFolder, 'runbooks'))
    await save('restart', RESTART)
    runbooks = await createRunbooks({ ...base, dataFolder, resources: dataFolder, classify })
    ticket = aTicket()
    const tickets = {
      find: async (wanted: TicketId) => (wanted === ticket.id ? ticket : undefined),
    }
    plans = createPlans({ runbooks, tickets, connections, classify })
  })
  afterEach(async () => {
    await runbooks.close()
    await connections.close()
    await database.close()
    await rm(dataFolder, { recursive: true })
  })

  const save = (name: string, text: string) =>
    writeFile(join(dataFolder, 'runbooks', `${name}.md`), text)
  const connect = (change: Partial<ConnectionDraft> = {}) =>
    connections.create(
      {
        name: 'web-2',
        kind: 'ssh',
        host: '10.0.0.7',
        port: 22,
        username: 'ops',
        auth: 'agent',
        credentialId: null,
        tags: [],
        ...change,
      },
      caller,
    )
  const make = (inputs: Record<string, string> = {}, ticketId: TicketId | null = ticket.id) =>
    plans.prepare({ runbookId: id('restart'), ticketId, inputs })

  test('takes its inputs from the ticket, its target from an input, and says how each step is taken back', async () => {
    const { id: connectionId } = await connect()
    const { plan } = await make()
    expect(Plan.parse(plan)).toMatchObject({
      problems: [],
      pointOfNoReturn: 3,
      inputs: [
        { name: 'host', value: '10.0.0.7', origin: 'ticket' },
        { name: 'unit', value: 'app.service', origin: 'ticket' },
        { name: 'lines', value: '20', origin: 'default' },
        { name: 'note', value: '', origin: 'missing', problem: null },
      ],
      steps: [
        {
          name: 'look',
          tier: 'read',
          needsApproval: false,
          undo: null,
          connectionId,
          connectionName: 'web-2',
        },
        { name: 'stop', needsApproval: true, undo: 'sudo -n systemctl start -- "$QD_UNIT"' },
        { name: 'ask', needsApproval: true, connectionId: null },
        { name: 'clear', tier: 'destroy', undo: 'irreversible' },
      ],
      onCall: [
        { name: 'start', index: 4, connectionId },
        { name: 'up', index: 5, needsApproval: false },
      ],
    })
  })

  test('says which connection is missing and what to do', async () => {
    const { plan } = await make()
    expect(plan.problems).toEqual([
      'No single connection goes by "10.0.0.7:9100". Add it under Connections, or give the right one the tag "10.0.0.7:9100".',
    ])
    await connect({ host: 'web-2.example.org', tags: ['10.0.0.7:9100'] })
    expect((await make()).plan.problems).toEqual([])
  })

  test('lets the operator say otherwise, and keeps a ticket value untrusted when it comes back from a form', async () => {
    await connect()
    const { plan } = await make({ unit: 'other', host: '10.0.0.7', lines: '5' })
    expect(plan.inputs).toMatchObject([
      { name: 'host', origin: 'ticket' },
      { name: 'unit', value: 'other', origin: 'operator' },
      { name: 'lines', value: '5', origin: 'operator' },
      {},
    ])
  })

  test.each([
    ['a newline', 'app\nreboot'],
    ['shell code', '$(reboot)'],
    ['an option', '--force'],
    ['a hidden turn of direction', 'app\u202E'],
  ])('refuses %s in what the alert says', async (_, unit) => {
    await connect()
    ticket = aTicket({ labels: { instance: '10.0.0.7:9100', unit } })
    const { plan } = await make()
    expect(plan.problems).toEqual([expect.stringContaining('"unit"')])
    expect(plan.inputs[1]).toMatchObject({ origin: 'ticket', problem: expect.any(String) })
  })

  test('names what is missing once, however many steps wait for it', async () => {
    const { plan } = await make({}, null)
    expect(plan.problems).toEqual([
      'Give "host": there is no ticket to take it from.',
      'Give "unit": there is no ticket to take it from.',
    ])
  })

  test('says which input the runbook does not have', async () => {
    await connect()
    expect((await make({ hots: 'x' })).plan.problems).toEqual(['The runbook has no input "hots".'])
  })

  test.each(['local', 'LOCAL', 'this machine'])(
    'does not let an alert choose the console by calling its host %j',
    async (host) => {
      ticket = aTicket({ host, labels: { unit: 'a' } })
      const { plan } = await make()
      expect(plan.problems).toEqual([expect.stringMatching(/own machine|is not a host name/)])
      expect(plan.steps.every(({ connectionId }) => connectionId === null)).toBe(true)
    },
  )

  test('goes to this machine when the runbook says so', async () => {
    await save('here', '---\ntitle: Here\ntarget: local\n---\n```sh\nuptime\n```\n')
    await runbooks.reload({}, caller)
    const plan = await plans.make({ runbookId: id('here'), ticketId: null, inputs: {} }, caller)
    expect(plan).toMatchObject({ problems: [], steps: [{ connectionName: 'This machine' }] })
  })

  test('of a runbook with errors has them as problems', async () => {
    await save('broken', '---\ntitle: [\n---\n')
    await save('odd', '---\ntitle: T\ntarget: local\n---\n```sh {"qd.kind":"chekc"}\nuptime\n```\n')
    await runbooks.reload({}, caller)
    for (const name of ['broken', 'odd']) {
      const { plan } = await plans.prepare({ runbookId: id(name), ticketId: null, inputs: {} })
      expect(plan.problems).toContainEqual(
        expect.stringMatching(/^The runbook has an error in line \d+: /),
      )
    }
  })

  test('is refused for a runbook or a ticket that is gone', async () => {
    const gone = { runbookId: id('gone'), ticketId: null, inputs: {} }
    await expect(plans.prepare(gone)).rejects.toMatchObject({ code: 'not_found' })
    await expect(make({}, newId<TicketId>('tkt'))).rejects.toMatchObject({ code: 'not_found' })
  })

  test('freezes a step into exactly what will run', async () => {
    const { id: connectionId } = await connect()
    const { plan, record } = await make({ unit: 'other' })
    const step = record.runbook!.steps.find(({ name }) => name === 'stop')!
    expect(Action.parse(await plans.freeze(step, { plan, record }, NOTHING_GIVEN))).toMatchObject({
      target: { connectionId, host: '10.0.0.7', username: 'ops' },
      interpreter: ['/bin/sh', '-eu', '-c'],
      script: 'sudo -n systemctl stop -- "$QD_UNIT"',
      env: [
        { name: 'QD_HOST', value: '10.0.0.7', untrusted: true },
        { name: 'QD_UNIT', value: 'other', untrusted: false },
        { name: 'QD_LINES', value: '20', untrusted: false },
        { name: 'QD_NOTE', value: '', untrusted: false },
        { name: 'QD_TICKET_ID', value: ticket.id, untrusted: false },
      ],
      cwd: '/srv',
      pty: false,
      timeoutMs: 90_000,
    })
    const [undo, probe] = ['start', 'up'].map((name) =>
      record.runbook!.steps.find((one) => one.name === name)!,
    )
    expect(await plans.freeze(undo!, { plan, record }, NOTHING_GIVEN)).toMatchObject({
      target: { connectionId },
    })
    expect(await plans.freeze(probe!, { plan, record }, NOTHING_GIVEN)).toMatchObject({
      target: { connectionId },
    })
  })

  test('freezes the target as it is now, and refuses when it is gone', async () => {
    const { id: connectionId, ...draft } = await connect()
    const { plan, record } = await make()
    const step = record.runbook!.steps[0]!
    const { name, kind, port, username, auth, credentialId, tags } = draft
    await connections.update(
      {
        id: connectionId,
        draft: { name, kind, host: '10.0.0.8', port, username, auth, credentialId, tags },
      },
      caller,
    )
    expect(await plans.freeze(step, { plan, record }, NOTHING_GIVEN)).toMatchObject({
      target: { host: '10.0.0.8' },
    })
    await connections.remove({ id: connectionId }, caller)
    await expect(plans.freeze(step, { plan, record }, NOTHING_GIVEN)).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  test('with problems freezes nothing', async () => {
    const { plan, record } = await make()
    await expect(
      plans.freeze(record.runbook!.steps[0]!, { plan, record }, NOTHING_GIVEN),
    ).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  test.each([
    ['bash', '', ['bash', '-euo', 'pipefail', '-c'], 'read'],
    ['powershell', '', ['pwsh', '-NoProfile', '-NonInteractive', '-Command'], undefined],
    ['node', '', ['node', '-e'], undefined],
    ['sh', '"interpreter":"bash -x"', ['bash', '-x', '-c'], 'read'],
    ['sh', '"interpreter":"python3"', ['python3', '-c'], 'destroy'],
    ['sh', '"interpreter":"sudo -n bash"', ['sudo', '-n', 'bash', '-c'], 'destroy'],
  ])('hands %s {%s} to %j', async (language, attributes, interpreter, tier) => {
    await save(
      'one',
      `---\ntitle: T\ntarget: local\n---\n\`\`\`${language} {${attributes}}\nuptime\n\`\`\`\n`,
    )
    await runbooks.reload({}, caller)
    const { plan, record } = await plans.prepare({
      runbookId: id('one'),
      ticketId: null,
      inputs: {},
    })
    const step = record.runbook!.steps[0]!
    expect(await plans.freeze(step, { plan, record }, NOTHING_GIVEN)).toMatchObject({ interpreter })
    expect(plan.steps[0]!.tier).toBe(plans.assess(step).tier)
    expect([undefined, plan.steps[0]!.tier]).toContain(tier)
  })
})

function aTicket(change: Partial<Ticket> = {}): Ticket {
  return {
    id: newId<TicketId>('tkt'),
    title: 'It hangs',
    description: '',
    status: 'open',
    severity: 'high',
    severityBy: 'source',
    verdict: null,
    signal: 'firing',
    source: 'alertmanager',
    service: 'app.service',
    host: null,
    fingerprint: 'f',
    labels: { instance: '10.0.0.7:9100' },
    annotations: {},
    links: [],
    occurrences: 1,
    ownerId: null,
    ownerName: null,
    acknowledgedAt: null,
    snoozedUntil: null,
    escalation: null,
    incidentSince: null,
    activeRunId: null,
    openedAt: 1,
    lastSignalAt: 1,
    updatedAt: 1,
    resolvedAt: null,
    ...change,
  }
}
