import { mkdtemp, rm, writeFile } from 'node:fs/promises'
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

  beforeEach(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'quarterdeck-runbooks-'))
    runbooks = await createRunbooks({
      resources,
      dataFolder,
      classify,
      clock: { now: () => 5 },
      events,
      log: silentLog(),
    })
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
})
