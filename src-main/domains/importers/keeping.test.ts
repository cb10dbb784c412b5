import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createAudit } from '#domains/audit'
import { classify } from '#domains/risk'
import { createRunbooks, type Runbooks } from '#domains/runbooks'
import type { Caller } from '#platform/caller'
import type { Database } from '#platform/database'
import { createEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { stores } from '#platform/stores.suite'
import { createImporters } from '.'

const ann = { operator: { name: 'Ann' } } as Caller
const JOB = '- {name: Look, sequence: {commands: [{exec: uptime}]}}'
const clock = { now: () => 5 }

describe.each(stores)('keeping what was imported, on $name', ({ open }) => {
  let database: Database
  let runbooks: Runbooks
  let dataFolder: string
  beforeEach(async () => {
    database = await open()
    dataFolder = await mkdtemp(join(tmpdir(), 'qd-importers-'))
    runbooks = await createRunbooks({
      resources: join(dataFolder, 'shipped'),
      dataFolder,
      classify,
      clock,
      events: createEvents(),
      log: silentLog(),
    })
  })
  afterEach(async () => {
    await runbooks.close()
    await database.close()
    await rm(dataFolder, { recursive: true, force: true })
  })
  const folder = () => join(dataFolder, 'runbooks')
  const made = () => {
    const audit = createAudit({ database, clock })
    return { audit, importers: createImporters({ database, audit, runbooks }) }
  }

  test('shows what it would be, keeps it, writes that down, and reads it', async () => {
    const { audit, importers } = made()
    const [preview] = await importers.preview(
      { files: [{ fileName: 'jobs.yaml', text: JOB }] },
      ann,
    )
    expect(preview).toMatchObject({ source: 'jobs.yaml', format: 'rundeck', problems: [[]] })
    const { fileName, markdown } = preview!.runbooks[0]!
    expect(
      await importers.keep({ runbooks: [{ fileName, markdown }], replace: false }, ann),
    ).toEqual({ kept: ['look.md'], folder: folder() })
    expect((await runbooks.list({}, ann)).items).toMatchObject([
      { id: 'look', origin: 'mine', errors: 0 },
    ])
    expect(await audit.check()).toMatchObject({ ok: true, entries: 1 })
  })
  test('keeps none when one is there already, has an error, or cannot be written down', async () => {
    const { importers } = made()
    const good = { fileName: 'new.md', markdown: importedLook() }
    await writeFile(join(folder(), 'old.md'), 'mine')
    const keep = (other: { fileName: string; markdown: string }, replace = false) =>
      importers.keep({ runbooks: [good, other], replace }, ann)
    await expect(keep({ ...good, fileName: 'old.md' })).rejects.toThrow(
      /old\.md is in your folder already\. Nothing was kept/,
    )
    await expect(keep({ fileName: 'bad.md', markdown: '```sh {"name":\n' })).rejects.toThrow(
      /bad\.md has an error in line 1.*Nothing was kept/,
    )
    await expect(keep(good)).rejects.toThrow(/Two of the runbooks are called new\.md/)
    const audit = {
      ...createAudit({ database, clock }),
      record: () => Promise.reject(new Error('disk full')),
    }
    const broken = createImporters({ database, audit, runbooks })
    await expect(
      broken.keep({ runbooks: [good, { ...good, fileName: 'old.md' }], replace: true }, ann),
    ).rejects.toThrow('disk full')
    expect(await readdir(folder())).toEqual(['old.md'])
    expect(await readFile(join(folder(), 'old.md'), 'utf8')).toBe('mine')
  })
})

function importedLook(): string {
  return '---\ntitle: Look\ntarget: local\n---\n\n```sh {"name":"look","qd.kind":"check"}\nuptime\n```\n'
}
