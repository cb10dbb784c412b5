import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

// The built program, as a shell starts it. Every refusal is one sentence on stderr and an exit code that says so.

const PROGRAM = join(import.meta.dirname, '..', '..', 'out', 'main', 'cli.js')
if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not built: run \`npm run build\` first`)

/** No command here takes longer, but for the demo. */
const LIMIT_MS = 60_000
vi.setConfig({ testTimeout: 2 * LIMIT_MS })

let folder: string
const running = new Set<ChildProcess>()

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qd-commands-'))
})
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL')
  await Promise.all(Array.from(running, ended))
  running.clear()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

interface Result {
  code: number | null
  stdout: string
  stderr: string
}

function launch(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const result: Result = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', (piece: Buffer) => (result.stdout += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (result.stderr += piece.toString()))
  running.add(child)
  return { child, result }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

/** Runs a command to its end, however that may come. */
async function run(args: readonly string[], env?: NodeJS.ProcessEnv, limitMs = LIMIT_MS) {
  const { child, result } = launch(args, env)
  const stop = setTimeout(() => child.kill('SIGKILL'), limitMs)
  await once(child, 'close') // after the last word of its output
  clearTimeout(stop)
  running.delete(child)
  return { ...result, code: child.exitCode }
}

/** Starts a command that stays, and waits until it has printed this. */
async function runUntil(args: readonly string[], pattern: RegExp) {
  const { child, result } = launch(args)
  const deadline = Date.now() + LIMIT_MS
  while (!pattern.test(result.stdout)) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`it did not print ${pattern}: ${result.stdout}${result.stderr}`)
    await sleep(50)
  }
  return { child, result }
}

/** One line on stderr, in an operator's words: no stack, no "mistake in Quarterdeck". */
function refused(code: number, words: RegExp) {
  const line = new RegExp(`^.*(?:${words.source}).*\n$`, words.flags)
  return { code, stdout: expect.any(String), stderr: expect.stringMatching(line) }
}

const data = (...more: string[]) => ['--data', join(folder, 'data'), '--vault', 'memory', ...more]
const browser = (...more: string[]) => data('--host', 'browser', '--no-open', ...more)

async function takePort(): Promise<{ server: Server; port: number }> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return { server, port: (server.address() as { port: number }).port }
}

describe('wrong use', () => {
  test.each([
    ['an unknown flag', ['start', '--nonsense'], /unknown option '--nonsense'/],
    ['an unknown command', ['frobnicate'], /unknown command 'frobnicate'/],
    ['a flag without its value', ['start', '--data'], /--data <folder>/],
    ['a port that is none', ['start', '--port', 'seven'], /--port takes a port .*“seven”/],
    ['a port out of range', ['serve', '--intake-port', '70000'], /--intake-port takes .*“70000”/],
    ['an unknown host', ['start', '--host', 'vnc'], /--host takes electron or browser.*“vnc”/],
    ['an unknown vault', ['doctor', '--vault', 'paper'], /--vault takes .*“paper”/],
    ['a database that is none', ['serve', '--database', 'mysql://x'], /--database takes a URL/],
    ["a run's id that is none", ['run', 'export', 'the-last'], /the-last is no run's id/],
    [
      'a kind that there is not',
      ['source', 'add', 'carrier-pigeon'],
      /no kind of source.*“carrier/,
    ],
  ])('%s is refused with 2, and nothing is made', async (_, args, words) => {
    const home = join(folder, 'home')
    mkdirSync(home)
    expect(await run(args, { HOME: home, XDG_DATA_HOME: home })).toEqual(refused(2, words))
    expect(readdirSync(home)).toEqual([])
  })
})

describe('a taken port', () => {
  test('for the interface ends the start with what to do', async () => {
    const { server, port } = await takePort()
    const result = await run(['start', ...browser('--port', String(port), '--intake-port', '0')])
    server.close()
    expect(result).toEqual(refused(1, new RegExp(`${port}.*--port`)))
  })

  test('for the listener ends a server, and a console goes on and says so', async () => {
    const { server, port } = await takePort()
    const taken = ['--intake-port', String(port)]
    expect(await run(['serve', ...data(...taken)])).toEqual(
      refused(1, new RegExp(`${port}.*--intake-port`)),
    )
    const console = await runUntil(['start', ...browser(...taken)], /No alerts are taken in: .+/)
    expect(console.child.exitCode).toBeNull()
    server.close()
  })
})

describe('a data folder that cannot be written', () => {
  test.each(['start', 'serve', 'backup'])(
    'is refused by %s, and left as it is',
    async (command) => {
      // Modes do not stop root, so a file stands where the folder should be.
      const file = join(folder, 'file')
      writeFileSync(file, 'mine')
      const result = await run([command, '--data', join(file, 'data')])
      expect(result).toEqual(refused(1, /cannot be written .*Nothing was changed.*--data FOLDER/))
      expect(readFileSync(file, 'utf8')).toBe('mine')
    },
  )
})

describe('a store that cannot be used', () => {
  test('for damage is refused with the way back, and not a byte of it is changed', async () => {
    const database = join(folder, 'data', 'quarterdeck.db')
    mkdirSync(join(folder, 'data'))
    writeFileSync(
      database,
      'this is no database at all, but long enough to look like one'.repeat(200),
    )
    const before = readFileSync(database)
    expect(await run(['start', ...browser()])).toEqual(refused(1, /damaged|not a database/i))
    expect(readFileSync(database).equals(before)).toBe(true)

    const doctor = await run(['doctor', ...data()])
    expect(doctor.stdout).toMatch(/FAIL {2}Store +damaged/)
    expect(doctor.stdout).toContain('quarterdeck restore FILE')
    expect(doctor.code).toBe(1)
  })

  test('for a server that does not answer is refused with its address', async () => {
    const { server, port } = await takePort()
    await new Promise((closed) => server.close(closed))
    const url = `postgres://nobody:secret@127.0.0.1:${port}/nothing`
    const result = await run(['serve', ...data('--database', url)])
    expect(result).toEqual(refused(1, new RegExp(`127\\.0\\.0\\.1:${port}`)))
    expect(result.stderr).not.toContain('secret')
  })
})

describe('beside a running console', () => {
  test('a second one is refused, and the first goes on', async () => {
    const first = await runUntil(['start', ...browser('--intake-port', '0')], /taken in at (\S+)/)
    const second = await run(['start', ...browser('--intake-port', '0')])
    expect(second).toEqual(refused(1, new RegExp(`running .*process ${first.child.pid}`)))
    const intake = /taken in at (\S+)/.exec(first.result.stdout)![1]!
    expect((await fetch(`${intake}/nobody`)).status).toBe(404)

    const doctor = await run(['doctor', ...data()])
    expect(doctor.stdout).toContain(`a console is running (process ${first.child.pid}`)
    expect(doctor.stdout).toContain('Quarterdeck can work here.')
    expect(doctor.code).toBe(0)
  })

  test('the audit log is checked and the store copied; the copy goes back in its place', async () => {
    const { child } = await runUntil(['serve', ...data('--intake-port', '0')], /taken in at/)
    const whole = await run(['audit', 'verify', ...data()])
    expect(whole).toMatchObject({ code: 0, stderr: '' })
    expect(whole.stdout).toMatch(/^The audit log is whole: \d+ entries/)
    expect(whole.stdout).toContain('The egress log is empty.')
    expect(await run(['open', ...data()])).toEqual(refused(1, /without an interface/))
    const copied = await run(['backup', ...data()])
    const file = /Backed up to (\S+)/.exec(copied.stdout)![1]!
    expect(await run(['restore', file, ...data()])).toEqual(refused(1, /running/))
    child.kill('SIGTERM')
    await ended(child)
    expect(child.exitCode).toBe(0)
    expect(await run(['restore', file, ...data()])).toMatchObject({ code: 0, stderr: '' })
  })

  test('an address is asked for in vain where there is none', async () => {
    expect(await run(['open', ...data()])).toEqual(refused(1, /not running|no console/i))
  })
})

test('an audit log that somebody changed is not called whole', async () => {
  const { child } = await runUntil(['serve', ...data('--intake-port', '0')], /taken in at/)
  child.kill('SIGTERM')
  await ended(child)
  const database = new Sqlite(join(folder, 'data', 'quarterdeck.db'))
  database.prepare("update audit_entries set actor = 'nobody' where seq = 1").run()
  database.close()
  const result = await run(['audit', 'verify', ...data()])
  expect(result.stdout).toContain('The audit log was changed.')
  expect(result.code).toBe(1)
})

describe('runbook import', () => {
  const CHAIN = 'chain:\n  - {name: look, ref: core.local, params: {cmd: "ls {{ folder }}"}}\n'
  const chain = () => {
    const file = join(folder, 'look_around.yaml')
    writeFileSync(file, CHAIN)
    return file
  }

  test('says what became of each thing and writes nothing without a folder', async () => {
    const result = await run(['runbook', 'import', chain()])
    expect(result).toMatchObject({ code: 0, stderr: '' })
    expect(result.stdout).toMatch(
      /action-chain → look-around\.md[\s\S]*mapped +input folder[\s\S]*Nothing was written/,
    )
    expect(readdirSync(folder)).toEqual(['look_around.yaml'])
  })

  test('writes into the folder, and over what is there only when forced', async () => {
    const out = join(folder, 'out')
    const args = ['runbook', 'import', chain(), '--out', out, '--report', 'json']
    const first = await run(args)
    expect(JSON.parse(first.stdout)).toMatchObject({
      written: [join(out, 'look-around.md')],
      files: [{ format: 'action-chain' }],
    })
    expect(readFileSync(join(out, 'look-around.md'), 'utf8')).toContain('ls "$QD_FOLDER"')
    writeFileSync(join(out, 'look-around.md'), 'mine')
    expect(await run(args)).toEqual(
      refused(1, /look-around\.md is in .* already\. Nothing was written/),
    )
    expect(readFileSync(join(out, 'look-around.md'), 'utf8')).toBe('mine')
    expect(await run([...args, '--force'])).toMatchObject({ code: 0 })
    expect(readdirSync(out)).toEqual(['look-around.md'])
    expect(await run(['runbook', 'lint', join(out, 'look-around.md')])).toMatchObject({ code: 0 })
  })

  test('refuses what it does not know, in words', async () => {
    const file = join(folder, 'notes.yaml')
    writeFileSync(file, 'a: 1\n')
    expect(await run(['runbook', 'import', file])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/none of the formats/) as string,
    })
    expect(await run(['runbook', 'import', file, '--format', 'jenkins'])).toEqual(
      refused(2, /--format jenkins/),
    )
    expect(await run(['runbook', 'import', join(folder, 'none')])).toEqual(
      refused(1, /cannot be read/),
    )
  })
})

describe('runbook lint', () => {
  test('names file, line and fault, and ends with 1', async () => {
    const file = join(folder, 'broken.md')
    writeFileSync(file, '---\ntitle: [\n---\n\n```sh {"name":\necho\n')
    const result = await run(['runbook', 'lint', file])
    expect(result.stdout).toMatch(new RegExp(`^${file}:\\d+: error: .+`))
    expect(result).toMatchObject({ code: 1, stderr: '' })
  })

  test('refuses a file that is not there', async () => {
    expect(await run(['runbook', 'lint', join(folder, 'none.md')])).toEqual(
      refused(1, /cannot be read/),
    )
  })

  test('finds nothing wrong with what is shipped', async () => {
    const shipped = join(import.meta.dirname, '..', '..', 'resources', 'runbooks')
    const files = readdirSync(shipped).filter(
      (name) => name.endsWith('.md') && name !== 'README.md',
    )
    const result = await run(['runbook', 'lint', ...files.map((name) => join(shipped, name))])
    expect(result).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('runbook test', () => {
  test('plays the tests beside a runbook, and ends with 1 when one goes another way', async () => {
    const place = join(folder, 'look')
    writeFileSync(`${place}.md`, '---\ntarget: local\n---\n```sh {"name":"look"}\nuptime\n```\n')
    const write = (status: string) =>
      writeFileSync(`${place}.test.yaml`, `tests: [{ name: one, expect: { status: ${status} } }]\n`)
    write('succeeded')
    expect(await run(['runbook', 'test', `${place}.md`])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 passed, 0 failed'),
    })
    write('failed')
    expect(await run(['runbook', 'test', `${place}.md`])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('status: expected failed, but it is succeeded'),
    })
  })
})

describe('a run as a file', () => {
  test('that is not there, or that is no export, is refused or named', async () => {
    const missing = await run(['run', 'export', `run_${'0'.repeat(26)}`, '--data', folder])
    expect(missing).toEqual(refused(1, /There is no run run_0+/))
    expect(await run(['run', 'verify', join(folder, 'none')])).toEqual(refused(1, /cannot be read/))
    const file = join(folder, 'x.json')
    writeFileSync(file, '{"format":"quarterdeck-run"}')
    const { code, stdout } = await run(['run', 'verify', file])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^.*x[.]json: version: it is not an export of a run/)
  })
})

describe('the demo by itself', () => {
  const DEMO_MS = 8 * 60_000

  test(
    'plays every scenario to its right end, and leaves no process and no file',
    { timeout: DEMO_MS + LIMIT_MS },
    async () => {
      const home = join(folder, 'home')
      const temporary = join(folder, 'tmp')
      for (const path of [home, temporary]) mkdirSync(path)
      const mark = `qd-demo-${process.pid}-${Date.now()}`
      const env = {
        HOME: home,
        XDG_DATA_HOME: home,
        TMPDIR: temporary,
        // Node's own cache of compiled programs is for the next start of any command, and no part of the demo.
        NODE_COMPILE_CACHE: join(folder, 'compiled'),
        QD_TEST_MARK: mark,
      }
      const result = await run(['demo', '--auto'], env, DEMO_MS)
      expect(result.stdout).not.toContain('did NOT end')
      expect(result.stdout.match(/ended as it should/g)).toHaveLength(6)
      expect(result).toMatchObject({ code: 0, stderr: '' })
      expect([...readdirSync(home), ...readdirSync(temporary)]).toEqual([])
      expect(processesWith(mark)).toEqual([])
    },
  )
})

/** The processes that have this in their environment, as every child of a command inherits it. */
function processesWith(mark: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark)
    } catch {
      return false // another's, or gone while we looked
    }
  })
}

describe('a machine without an interface', () => {
  test('gets a source, its secret, deliveries, and all of it once more in a fresh store', async () => {
    const added = await run(['source', 'add', 'github', '--name', 'shop', ...data()])
    expect(added).toMatchObject({ code: 0, stderr: '' })
    const path = new URL(added.stdout.trim()).pathname
    expect(path).toMatch(/^\/hooks\/shop\/[\w-]{43}$/)
    const again = await run(['source', 'add', 'github', '--name', 'shop', ...data()])
    expect(again).toEqual(refused(1, /already/))
    const made = await run(['source', 'secret', 'alertmanager', '--make', ...data()])
    expect(made).toEqual(refused(2, /cannot sign/))
    const listed = await run(['source', 'list', ...data()])
    expect(listed.stdout).toMatch(/^shop\tgithub\ton\tunset\thttp:/m)

    const { child, result } = await runUntil(
      ['serve', ...data('--intake-port', '0')],
      /taken in at (\S+)/,
    )
    const intake = /taken in at (\S+)/.exec(result.stdout)![1]!
    const body = JSON.stringify({ zen: 'Keep it logically awesome.', hook_id: 1 })
    const headers = { 'content-type': 'application/json', 'x-github-event': 'ping' }
    const answer = await fetch(intake + path, { method: 'POST', headers, body })
    expect(answer.status).toBe(202)
    child.kill('SIGTERM')
    await ended(child)

    const fresh = ['--data', join(folder, 'fresh'), '--vault', 'memory']
    const replayed = await run(['replay', join(folder, 'data'), ...fresh])
    expect(replayed).toMatchObject({ code: 0, stderr: '' })
    expect(replayed.stdout).toContain('1 deliveries were read again; 0 tickets came of them.')
    const twice = await run(['replay', join(folder, 'data'), ...fresh])
    expect(twice).toEqual(refused(1, /taken deliveries in already/))
  })
})
