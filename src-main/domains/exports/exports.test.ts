import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ApprovalId, ConnectionId, RunId } from '#contract/primitives'
import type { OutputChunk, Run, RunStep } from '#contract/runs'
import { createAudit } from '#domains/audit'
import type { Caller } from '#platform/caller'
import { hashOf, sha256 } from '#platform/canonical-json'
import { type Database, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { createMasking } from '#platform/masking'
import { stores } from '#platform/stores.suite'
import { createExports, verifyExport } from '.'

const hasPoppler = existsSync('/usr/bin/pdftotext')
if (!hasPoppler && process.env['CI']) throw new Error('CI must have poppler-utils: PDFs are read')
if (!hasPoppler) console.warn('PDFs are not read back: poppler-utils is not here')

const RESOURCES = join(import.meta.dirname, '..', '..', '..', 'resources')
const NOON = Date.UTC(2026, 10, 28, 12)
const ID = newId<RunId>('run')
const APPROVAL = newId<ApprovalId>('apr')
const caller = { operator: { id: 'opr', name: 'Ada' }, signal: new AbortController().signal }

const action = {
  version: 1,
  target: {
    connectionId: newId<ConnectionId>('con'),
    connectionName: 'web-2',
    kind: 'ssh',
    host: 'web-2.example',
    port: 22,
    username: 'ops',
    hostKey: 'SHA256:abc',
    credentialId: null,
    credentialName: null,
  },
  interpreter: ['/bin/sh', '-eu', '-c'],
  script: 'test "$X" != y && systemctl restart web -> done',
  env: [{ name: 'X', value: '\u202Eevil\u0007', untrusted: true }],
  cwd: null,
  pty: false,
  timeoutMs: 1000,
}
const frozen = { action, hash: hashOf(action), tier: 'change', tierReasons: ['systemctl restart'] }
const approval = {
  id: APPROVAL,
  runId: ID,
  stepIndex: 0,
  frozen,
  subjectHash: frozen.hash,
  requestedBy: 'Ada',
  requestedAt: NOON,
  status: 'used',
  singleOperator: true,
  decidedBy: 'Ada',
  decidedAt: NOON,
  comment: 'go on',
}
const aStep = {
  index: 0,
  name: 'restart',
  title: 'Restart it',
  purpose: 'step',
  status: 'succeeded',
  tier: 'change',
  attempt: 1,
  connectionName: 'web-2',
  frozen,
  approvalId: APPROVAL,
  startedAt: NOON,
  endedAt: NOON + 1500,
  exitCode: 0,
  summary: '',
  undo: 'irreversible',
} as unknown as RunStep
const run = {
  id: ID,
  runbookId: 'restart-it',
  runbookTitle: 'Restart a service',
  revision: 'a'.repeat(64),
  ticketId: null,
  ticketTitle: 'Ελλάδα: Веб down 中文 \u202Egnp.exe \u001B[31mred',
  status: 'succeeded',
  reason: 'All steps are done and the fix is verified.',
  startedBy: 'Ada',
  startedAt: NOON,
  endedAt: NOON + 2000,
  inputs: { service: 'web' },
  steps: [aStep],
  verification: { probe: null, alert: null, deadline: null, result: 'nothing_to_verify' },
  feedback: null,
} as unknown as Run
const snapshot = { plan: { runbookId: 'restart-it' }, record: { markdown: '# x' } }

const chunk = (text: string, attempt = 1): OutputChunk => ({
  stepIndex: 0,
  attempt,
  position: 0,
  channel: 'stdout',
  at: NOON,
  text,
})

describe.each(stores)('an export of a run on $name', { timeout: 60_000 }, ({ open }) => {
  let database: Database
  let folder: string
  let output: OutputChunk[]
  let parts: { run: Run; snapshot: object }
  const masking = createMasking()

  beforeEach(async () => {
    database = await open()
    folder = mkdtempSync(join(tmpdir(), 'qd-export-'))
    output = [chunk('ok\n')]
    parts = { run, snapshot }
    const entries = ['run.started', 'run.finished'].map((what) => ({
      actor: 'Ada',
      action: what,
      subject: ID,
    }))
    const other = { actor: 'Ada', action: 'x', subject: 'y' }
    await transact(database.db, (tx) => audit().record(tx, entries[0]!, other, entries[1]!))
  })
  afterEach(async () => {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const audit = () => createAudit({ database, clock: { now: () => NOON } })
  const exports = () =>
    createExports({
      database,
      clock: { now: () => NOON },
      audit: audit(),
      masking,
      version: '0.1.0',
      resources: RESOURCES,
      dataFolder: folder,
      approvals: { ofRun: async () => [approval as never] },
      archive: {
        open: async () => ({
          run: parts.run,
          snapshot: parts.snapshot as never,
          snapshotHash: hashOf(snapshot),
          facts: [
            {
              seq: 1,
              at: NOON,
              by: 'Ada',
              type: 'frozen',
              step: 0,
              turn: 1,
              frozen,
              words: 'x',
            } as never,
          ],
        }),
        async *output() {
          yield* output
        },
      },
    })
  const json = async () => Buffer.from((await exports().make(ID, 'json', 'Ada')).bytes)
  const pdf = async () => Buffer.from((await exports().make(ID, 'pdf', 'Ada')).bytes)

  test('has everything and is as it was made; that it was made is in the audit log', async () => {
    const bytes = await json()
    const { ok, problems, sha256: digest, document } = verifyExport(bytes)
    expect({ ok, problems }).toEqual({ ok: true, problems: [] })
    expect(document).toMatchObject({ exportedBy: 'Ada', approvals: [{ subjectHash: frozen.hash }] })
    expect(document!.audit.map(({ seq }) => seq)).toEqual([1, 3])
    expect(document!.outputs).toMatchObject([{ text: 'ok\n', tail: null, sha256: sha256('ok\n') }])
    const [newest] = (await audit().list({ cursor: null, limit: 1, text: '' }, {} as Caller)).items
    expect(newest).toMatchObject({ action: 'run.exported', subject: ID })
    expect(newest!.detail).toContain(digest)
  })

  test('shows any single byte that was changed', async () => {
    const bytes = await json()
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const changed = Buffer.from(bytes)
          changed[at] = changed[at]! ^ by
          const { ok, problems } = verifyExport(changed)
          expect(ok).toBe(false)
          expect(problems[0]).toMatch(/^[\w.]+: /)
        },
      ),
      { numRuns: 1500 },
    )
  })

  test('shows any byte that is missing or too many, and a digest that was written down for another', async () => {
    const bytes = await json()
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }), (at, more) => {
        const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
        expect(verifyExport(Buffer.concat([before, after.subarray(1)])).ok).toBe(false)
        expect(verifyExport(Buffer.concat([before, Buffer.from([more]), after])).ok).toBe(false)
      }),
      { numRuns: 300 },
    )
    expect(verifyExport(bytes, sha256('another')).problems[0]).toMatch(/^file: its SHA-256 is/)
  })

  test.each([
    ['run', (text: string) => text.replace('All steps are done', 'All steps are dome')],
    ['facts', (text: string) => text.replace('"words":"x"', '"words":"y"')],
    ['approvals', (text: string) => text.replace('"comment":"go on"', '"comment":"no no"')],
    ['outputs', (text: string) => text.replace('"text":"ok', '"text":"ko')],
    ['audit', (text: string) => text.replace('run.started', 'run.starteD')],
    ['head', (text: string) => text.replace('"exportedBy":"Ada"', '"exportedBy":"Bob"')],
  ])('names the part that was changed: %s', async (part, change) => {
    const text = (await json()).toString()
    const { problems } = verifyExport(Buffer.from(change(text)))
    expect(problems[0]).toMatch(new RegExp(`^${part}: `))
  })

  test('shows what was changed in the store before it was exported', async () => {
    parts = { run, snapshot: { ...snapshot, record: { markdown: '# y' } } }
    expect(verifyExport(await json()).problems).toEqual([expect.stringMatching(/^snapshot: /)])
  })

  test('is refused while the run goes on', async () => {
    parts = { ...parts, run: { ...run, status: 'waiting' } }
    await expect(json()).rejects.toMatchObject({ code: 'conflict' })
  })

  test('masks a secret that became known since, and says where', async () => {
    masking.add('hunter2hunter2')
    parts = { run: { ...run, inputs: { service: 'hunter2hunter2' } }, snapshot }
    const bytes = await json()
    expect(bytes.toString()).not.toContain('hunter2')
    expect(verifyExport(bytes)).toMatchObject({
      ok: true,
      notes: [expect.stringMatching(/^run: /)],
    })
  })

  test('keeps the hash of an output of ten megabytes, and its beginning and end', async () => {
    const line = `${'x'.repeat(1022)}😀\n`
    output = Array.from({ length: 10_000 }, () => chunk(line))
    const bytes = await json()
    expect(bytes.length).toBeLessThan(400_000)
    const [written] = verifyExport(bytes).document!.outputs
    expect(written).toMatchObject({ sha256: sha256(line.repeat(10_000)), sizeBytes: 10_270_000 })
    expect(verifyExport(bytes).ok).toBe(true)
  })

  test('is saved into the data folder, with its hash beside it', async () => {
    const { path, sha256: digest } = await exports().save(
      { runId: ID, kind: 'json' },
      caller as never,
    )
    expect(sha256(await readFile(path))).toBe(digest)
    expect(await readFile(`${path}.sha256`, 'utf8')).toBe(`${digest}  ${ID}.json\n`)
  })

  test('comes in pieces that make the file', async () => {
    output = [chunk('y'.repeat(500_000))]
    const pieces: Buffer[] = []
    let digest = ''
    for await (const { base64, sha256: of } of exports().run(
      { runId: ID, kind: 'pdf' },
      caller as never,
    )) {
      pieces.push(Buffer.from(base64, 'base64'))
      digest = of
    }
    expect(sha256(Buffer.concat(pieces))).toBe(digest)
  })

  describe('as a PDF', { skip: !hasPoppler }, () => {
    test('says who agreed to which bytes, in every alphabet that it has, and marks what it has not', async () => {
      writeFileSync(join(folder, 'run.pdf'), await pdf())
      const text = execFileSync('pdftotext', ['-layout', join(folder, 'run.pdf'), '-'], {
        encoding: 'utf8',
      })
      expect(text).toContain('Ελλάδα: Веб down □□ ‹U+202E›gnp.exe ‹U+001B›[31mred')
      expect(text).toContain('test "$X" != y && systemctl restart web -> done')
      expect(text).toContain('X=‹U+202E›evil‹U+0007›')
      expect(text).toContain('used, decided by Ada')
      expect(text).toContain(frozen.hash)
      expect(text).toMatch(/Page 1 of \d/)
    })

    test('carries the JSON, which is whole', async () => {
      writeFileSync(join(folder, 'run.pdf'), await pdf())
      execFileSync('pdfdetach', ['-saveall', 'run.pdf'], { cwd: folder })
      const bytes = await readFile(join(folder, `${ID}.json`))
      expect(verifyExport(bytes)).toMatchObject({ ok: true })
    })

    test('is drawn from any text, of any length', async () => {
      const hostile = fc.string({ unit: 'binary', maxLength: 300 })
      await fc.assert(
        fc.asyncProperty(hostile, hostile, hostile, async (title, script, words) => {
          const own = { ...action, script }
          const step = { ...aStep, title, frozen: { ...frozen, action: own }, summary: words }
          parts = { run: { ...run, ticketTitle: title, steps: [step as never] }, snapshot }
          output = [chunk(words.repeat(50)), chunk(`${'z'.repeat(20_000)}\u001B]0;x\u0007`, 2)]
          expect((await pdf()).subarray(0, 5).toString()).toBe('%PDF-')
        }),
        { numRuns: 25 },
      )
    })

    test('is drawn from values whose signs a font would join', async () => {
      const value = 'http://web-1/?a != b || c -> d /* */ ++ www'
      const own = { ...action, env: [{ name: 'QD_URL', value, untrusted: true }] }
      const step = { ...aStep, frozen: { ...frozen, action: own } }
      parts = { run: { ...run, steps: [step as never] }, snapshot }
      expect((await pdf()).subarray(0, 5).toString()).toBe('%PDF-')
    })

    test('of a script of many thousand lines stays a document that can be printed', async () => {
      const script = 'echo "a very long line" '.repeat(40).concat('\n').repeat(3000)
      const step = { ...aStep, frozen: { ...frozen, action: { ...action, script } } }
      parts = { run: { ...run, steps: [step as never] }, snapshot }
      output = [chunk('w'.repeat(2_000_000))]
      const path = join(folder, 'run.pdf')
      writeFileSync(path, await pdf())
      const pages = /Pages:\s+(\d+)/.exec(execFileSync('pdfinfo', [path], { encoding: 'utf8' }))![1]
      expect(Number(pages)).toBeLessThan(15)
    })
  })
})
