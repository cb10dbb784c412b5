import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OperatorId, RunbookId } from '#contract/primitives'
import { createAudit } from '#domains/audit'
import { classify } from '#domains/risk'
import { createRunbooks, type Runbooks } from '#domains/runbooks'
import type { Caller } from '#platform/caller'
import type { Database } from '#platform/database'
import { createEvents } from '#platform/events'
import { newId } from '#platform/ids'
import { silentLog } from '#platform/log'
import { stores } from '#platform/stores.suite'
import { createRevisions, type Revisions } from '.'

const ada: Caller = {
  operator: { id: newId<OperatorId>('opr'), name: 'Ada', role: 'operator' },
  signal: new AbortController().signal,
}
const id = 'restart' as RunbookId
const text = (word: string) => `# ${word}\n\n\`\`\`sh {"qd.kind":"check"}\ntrue\n\`\`\`\n`

describe.each(stores)('revisions on $name', { timeout: 20_000 }, ({ open }) => {
  let database: Database
  let folder: string
  let runbooks: Runbooks
  let revisions: Revisions
  let now: number

  beforeEach(async () => {
    database = await open()
    folder = await mkdtemp(join(tmpdir(), 'quarterdeck-revisions-'))
    await mkdir(join(folder, 'resources/runbooks'), { recursive: true })
    await writeFile(join(folder, 'resources/runbooks/restart.md'), text('Shipped'))
    now = 1_000
    const clock = { now: () => now }
    const audit = createAudit({ database, clock })
    const needs = { database, clock, audit, events: createEvents(), log: silentLog() }
    const places = { resources: join(folder, 'resources'), dataFolder: folder }
    runbooks = await createRunbooks({ ...needs, ...places, classify })
    revisions = createRevisions({ ...needs, runbooks })
  })
  afterEach(async () => {
    await revisions.stop()
    await runbooks.close()
    await database.close()
    await rm(folder, { recursive: true })
  })

  const save = (markdown: string, basedOn: string | null, note = '') => {
    now += 1_000
    return revisions.save({ id, markdown, basedOn, note }, ada)
  }
  const shipped = async () => (await runbooks.get({ id }, ada)).revision
  const list = async () =>
    (await revisions.list({ id }, ada)).map(({ by, note, isCurrent }) => [by, note, isCurrent])

  test('of a shipped runbook begin with it, and one’s own takes its place', async () => {
    expect(await list()).toEqual([['Quarterdeck', 'As it comes with Quarterdeck', true]])
    const saved = await save(text('Mine'), await shipped(), 'shorter')
    expect(saved).toMatchObject({ origin: 'mine', runbook: { title: 'Mine' } })
    expect(await readFile(join(folder, 'runbooks/restart.md'), 'utf8')).toBe(text('Mine'))
    expect(await readdir(join(folder, 'runbooks'))).toEqual(['restart.md'])
    expect(await list()).toEqual([
      ['Ada', 'shorter', true],
      ['Quarterdeck', 'As it comes with Quarterdeck', false],
    ])
  })

  test('are all there to be read, and one that comes back is the newest', async () => {
    const first = await save(text('One'), await shipped(), 'first')
    const second = await save(text('Two'), first.revision, 'second')
    await save(text('One'), second.revision, 'back')
    expect((await list()).slice(0, 2)).toEqual([
      ['Ada', 'back', true],
      ['Ada', 'second', false],
    ])
    const old = { id, revision: second.revision }
    expect(await revisions.get(old, ada)).toEqual({ markdown: text('Two') })
    const none = { id, revision: '0'.repeat(64) }
    await expect(revisions.get(none, ada)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('are refused to the second of two who edit at once, and nothing is lost', async () => {
    const basedOn = await shipped()
    await save(text('One'), basedOn)
    await expect(save(text('Other'), basedOn)).rejects.toMatchObject({ code: 'conflict' })
    await expect(save(text('Other'), null)).rejects.toThrow(/already/)
    expect((await runbooks.get({ id }, ada)).markdown).toBe(text('One'))
  })

  test('of a file that was changed outside are found', async () => {
    const { revision } = await save(text('One'), await shipped())
    await writeFile(join(folder, 'runbooks/restart.md'), text('By hand'))
    await expect(save(text('Two'), revision)).rejects.toMatchObject({ code: 'conflict' })
    await expect.poll(list).toContainEqual(['a file', 'Changed in its folder', true])
  })

  test('stay when the own file is taken away, and the shipped one shows again', async () => {
    const { revision } = await save(text('Mine'), await shipped())
    await revisions.remove({ id, basedOn: revision }, ada)
    expect(await runbooks.get({ id }, ada)).toMatchObject({ origin: 'shipped' })
    expect(await list()).toContainEqual(['Ada', '', false])
    const basedOn = await shipped()
    await expect(revisions.remove({ id, basedOn }, ada)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('of one that cannot be written are kept, and the operator is told', async () => {
    const basedOn = await shipped()
    await rm(join(folder, 'runbooks'), { recursive: true })
    await symlink(join(folder, 'nowhere', 'else'), join(folder, 'runbooks'))
    await expect(save(text('Mine'), basedOn)).rejects.toThrow(/kept in the runbook's history/)
    expect(await list()).toContainEqual(['Ada', '', false])
  })

  test('of one with errors are kept, too', async () => {
    const broken = '```sh {"qd.kind":"nothing"}\ntrue\n```\n'
    const { problems } = await save(broken, await shipped())
    expect(problems).toContainEqual(expect.objectContaining({ level: 'error' }))
  })
})
