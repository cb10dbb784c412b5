import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RunbookId } from '#contract/primitives'
import { classify } from '#domains/risk'
import type { Caller } from '#platform/caller'
import { createEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { createRunbooks, type Runbooks } from '.'

const nobody = {} as Caller
const resources = join(import.meta.dirname, '../../../resources')
const id = (text: string) => text as RunbookId

const SMALL = `---
title: Look at it
target: local
---

\`\`\`sh {"name":"look","qd.kind":"check"}
uptime
\`\`\`
`

describe('the runbooks of this console', () => {
  let dataFolder: string
  let runbooks: Runbooks
  const events = createEvents()
  const needs = () => {
    const clock = { now: () => 5 }
    return { resources, dataFolder, classify, clock, events, log: silentLog() }
  }

  beforeEach(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'quarterdeck-runbooks-'))
    runbooks = await createRunbooks(needs())
  })
  afterEach(async () => {
    await runbooks.close()
    await rm(dataFolder, { recursive: true })
  })

  const save = (name: string, text: string) => writeFile(join(dataFolder, 'runbooks', name), text)

  test('are the shipped ones at first, and a folder for own ones is there', async () => {
    const { items, folder } = await runbooks.list({}, nobody)
    expect(folder).toBe(join(dataFolder, 'runbooks'))
    expect(items.map(({ origin }) => origin)).not.toContain('mine')
    expect(runbooks.find(id('service-hung'))).toMatchObject({ origin: 'shipped' })
  })

  test('are read again when a file of the own folder changes', async () => {
    const told = vi.fn<() => void>()
    const stop = events.subscribe('runbooks.changed', told)
    await save('look.md', SMALL)
    await vi.waitFor(() => expect(told).toHaveBeenCalled(), 5_000)
    stop()
    expect(runbooks.find(id('look'))).toMatchObject({ origin: 'mine', problems: [] })
  })

  test('give way to an own one of the same name, which says so', async () => {
    await save('service-hung.md', SMALL)
    expect(await runbooks.reload({}, nobody)).toMatchObject({ at: 5 })
    const record = await runbooks.get({ id: id('service-hung') }, nobody)
    expect(record).toMatchObject({ origin: 'mine', runbook: { title: 'Look at it' } })
    expect(record.problems).toEqual([
      { line: 1, level: 'warning', message: expect.stringContaining('shipped') },
    ])
  })

  test('are named by their files, whatever these are called', async () => {
    await save('My Runbook.md', SMALL)
    await save('my-runbook.md', SMALL)
    await save('README.md', SMALL)
    await save('.hidden.md', SMALL)
    await save('notes.txt', SMALL)
    await runbooks.reload({}, nobody)
    const mine = (await runbooks.list({}, nobody)).items.filter(({ origin }) => origin === 'mine')
    expect(mine.map(({ id: name, warnings }) => [name, warnings])).toEqual([
      ['my-runbook', 0],
      ['my-runbook-2', 1],
    ])
  })

  test('that cannot be read are there with the reason', async () => {
    await writeFile(join(dataFolder, 'runbooks', 'bytes.md'), Buffer.from([0xff, 0xfe, 0x00]))
    await save('huge.md', 'x'.repeat(500_001))
    await mkdir(join(dataFolder, 'runbooks', 'folder.md'))
    await runbooks.reload({}, nobody)
    for (const name of ['bytes', 'huge', 'folder'])
      expect(runbooks.find(id(name))).toMatchObject({
        runbook: null,
        problems: [{ line: 1, level: 'error' }],
      })
  })

  test('with errors are listed and not proposed', async () => {
    await save('mine.md', SMALL.replace('Look at it', 'Xylophone repair'))
    await save(
      'bad.md',
      SMALL.replace('Look at it', 'Xylophone trouble').replace('"check"', '"chekc"'),
    )
    await runbooks.reload({}, nobody)
    const { items } = await runbooks.list({}, nobody)
    expect(items).toContainEqual(expect.objectContaining({ id: 'bad', errors: 2, stepCount: 0 }))
    const found = await runbooks.match({ text: 'the xylophone', limit: 3 }, nobody)
    expect(found.map(({ runbookId }) => runbookId)).toEqual(['mine'])
  })

  test('of another folder come and go with it', async () => {
    const other = await mkdtemp(join(tmpdir(), 'quarterdeck-more-'))
    await writeFile(join(other, 'look.md'), SMALL)
    const remove = await runbooks.addFolder(other, 'demo')
    expect(runbooks.find(id('look'))).toMatchObject({ origin: 'demo' })
    await save('look.md', SMALL)
    await runbooks.reload({}, nobody)
    expect(runbooks.find(id('look'))).toMatchObject({ origin: 'mine' })
    await remove()
    expect(runbooks.find(id('look'))).toMatchObject({ origin: 'mine', problems: [] })
    await rm(other, { recursive: true })
  })

  test('are found by the name of an alert before any that only shares words', async () => {
    await runbooks.ready()
    const query = { alertName: 'MySQLReplicationNotRunning', text: 'postgres is down', labels: {} }
    expect(runbooks.rank(query, 3)[0]).toMatchObject({ runbookId: 'mariadb-replica' })
  })

  test('are linted as text, and refused by a name that is gone', async () => {
    const problems = await runbooks.lint({ markdown: SMALL.replace('"check"', '"chekc"') }, nobody)
    expect(problems).toContainEqual(expect.objectContaining({ line: 6, level: 'error' }))
    await expect(runbooks.get({ id: id('gone') }, nobody)).rejects.toThrow('no runbook "gone"')
  })

  test('are read when they are needed: who asks for one waits, who closes does not', async () => {
    expect(runbooks.find(id('zombies'))).toBeUndefined()
    expect(await runbooks.get({ id: id('zombies') }, nobody)).toMatchObject({ origin: 'shipped' })
    const other = await createRunbooks(needs())
    await other.close()
    expect(other.find(id('zombies'))).toBeUndefined()
  })

  test('tell how far their furthest step reaches', async () => {
    const { items } = await runbooks.list({}, nobody)
    const tierOf = (name: string) => items.find((item) => item.id === id(name))?.highestTier
    expect(tierOf('network-errors')).toBe('read')
    expect(tierOf('service-hung')).toBe('change')
    expect(tierOf('disk-inodes')).toBe('destroy')
  })
})
