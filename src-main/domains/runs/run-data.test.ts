import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { stores } from '#platform/stores.suite'
import { openFolder, openWorld, type World } from './run-world.suite'

/** Set by `.ci/run`; without it `stores` has said that PostgreSQL is missing. */
const peer = process.env['QD_TEST_POSTGRES']
const table = `qd_orders_${process.pid}`

const BOOK = `---
title: Old orders
inputs:
  - { name: age, type: integer, default: 30 }
  - { name: state, default: "it's ; drop table x" }
target: orders-db
verify: { probe: gone }
---
\`\`\`sql {"name":"look","qd.kind":"check","qd.expect":"1..10"}
select id, note from ${table} where age > {{age}} order by id
\`\`\`
\`\`\`sql {"name":"mark","qd.kind":"change","qd.expect":"1..3","qd.undo":"unmark"}
update ${table} set note = {{state}} where age > {{age}};
\`\`\`
\`\`\`sql {"name":"unmark","qd.kind":"change"}
update ${table} set note = null where note = {{state}}
\`\`\`
\`\`\`sql {"name":"gone","qd.kind":"check","qd.expect":"0"}
select 1 from ${table} where age > {{age}} and note is null
\`\`\`
`

describe.skipIf(!peer)('a run on a database', () => {
  const address = new URL(peer ?? 'postgres://x')
  const sql = postgres(peer ?? '', { max: 1, onnotice: () => {} })
  let world: World
  let folder: Awaited<ReturnType<typeof openFolder>>
  let close: () => Promise<void>

  beforeAll(async () => {
    await sql`create table ${sql(table)} (id int, age int, note text)`
  })
  afterAll(async () => {
    await sql`drop table ${sql(table)}`
    await sql.end()
  })
  beforeEach(async () => {
    folder = await openFolder()
    const database = await stores[0]!.open()
    world = await openWorld(database, folder.path)
    close = async () => {
      await world.close()
      await database.close()
      await folder.remove()
    }
    await world.connections.create(
      {
        name: 'orders-db',
        kind: 'postgres',
        host: address.hostname,
        port: Number(address.port),
        username: address.username,
        auth: 'password',
        credentialId: null,
        tags: [],
        specifics: {
          kind: 'postgres',
          database: 'postgres',
          tls: { mode: 'off', ca: null, clientCertificateId: null },
        },
      },
      world.caller,
    )
    await sql`truncate ${sql(table)}`
  })
  afterEach(() => close())
  const notes = async () => {
    const rows = await sql`select note from ${sql(table)} order by id`
    return rows.map(({ note }) => note as string | null)
  }
  const fill = (rows: number) =>
    sql`insert into ${sql(table)} select g, 40, null from generate_series(1, ${rows}) g`

  test('reads without being asked, changes what was approved, and is verified', async () => {
    await fill(2)
    const { id } = await world.start(BOOK)
    const approval = await world.asked(id)
    expect(approval.frozen).toMatchObject({
      tier: 'change',
      action: {
        type: 'statement',
        dialect: 'postgres',
        text: `update ${table} set note = $1 where age > $2`,
        binds: [
          { name: 'state', type: 'text', value: "it's ; drop table x" },
          { name: 'age', type: 'integer', value: '30' },
        ],
        expect: { min: 1, max: 3 },
      },
    })
    expect(await world.approvals.preview({ id: approval.id }, world.caller)).toMatchObject({
      plan: expect.stringMatching(/^Update on /),
      problem: '',
    })
    await world.answer(approval)
    const run = await world.until(id, 'succeeded')
    expect(await notes()).toEqual(["it's ; drop table x", "it's ; drop table x"])
    expect(run.steps[0]).toMatchObject({ status: 'succeeded', exitCode: 0 })
    const output = await world.output(id)
    expect(output).toContain('id | note\n---+-----\n1  | NULL\n2  | NULL\n(2 rows)\n')
    expect(output).toContain('2 rows were changed. Committed.\n')
  })

  test('rolls back a change of more rows than it may, and has nothing to undo', async () => {
    await fill(5)
    const { id } = await world.start(BOOK)
    await world.answer(await world.asked(id))
    const run = await world.until(id, 'failed')
    expect(run.steps[1]).toMatchObject({
      status: 'failed',
      summary:
        '5 rows were changed, and 1 to 3 were expected. All of it was rolled back: nothing was kept.',
    })
    expect(run.may).not.toContain('undo')
    expect(await notes()).toEqual([null, null, null, null, null])
  })

  test('is taken back by its undo', async () => {
    await fill(1)
    const { id } = await world.start(BOOK)
    await world.answer(await world.asked(id))
    await world.until(id, 'succeeded')
    await world.runs.undo({ id }, world.caller)
    const undo = await world.asked(id)
    expect(undo.frozen!.action).toMatchObject({ text: expect.stringContaining('note = null') })
    await world.answer(undo)
    await world.until(id, 'undone')
    expect(await notes()).toEqual([null])
  })
})
