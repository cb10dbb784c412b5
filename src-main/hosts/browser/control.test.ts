import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Refusal } from '#contract'
import { askControl, createControl, type Reply } from '#hosts/control'
import { silentLog } from '#platform/log'
import { createNodeHost } from './node-host'
import { openInBrowser } from './open-browser'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qd-control-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const FRESH: Reply = { url: 'http://127.0.0.1:1/#t=fresh' }

function start(dataFolder = folder, open = () => FRESH) {
  return createControl({
    dataFolder,
    log: silentLog(),
    orders: { open },
  })
}

function answerTo(text: string): Promise<string> {
  return new Promise((settle) => {
    let answer = ''
    const socket = connect(join(folder, 'console.sock'), () => socket.write(text))
    socket.on('data', (part) => (answer += String(part)))
    socket.on('error', () => settle(answer))
    socket.on('close', () => settle(answer))
  })
}

describe('asking the console that runs', () => {
  test('gives a fresh address to the same user', async () => {
    const control = await start()
    expect(await askControl(folder, 'open')).toEqual(FRESH)
    await control.close()
  })
  test('tells that a window was shown instead', async () => {
    const control = await start(folder, () => ({ shown: true }))
    expect(await askControl(folder, 'open')).toEqual({ shown: true })
    await control.close()
  })
  test('tells why the console will not', async () => {
    const control = await start(folder, () => {
      throw new Refusal('unsupported', 'It has no interface.')
    })
    await expect(askControl(folder, 'open')).rejects.toMatchObject({
      code: 'unsupported',
      message: 'It has no interface.',
    })
    await control.close()
  })
  test('says so when none runs', async () => {
    const nobody = {
      code: 'unreachable',
      message: expect.stringContaining('`quarterdeck start`') as string,
    }
    await expect(askControl(folder, 'open')).rejects.toMatchObject(nobody)
    const control = await start()
    await control.close()
    await expect(askControl(folder, 'open')).rejects.toMatchObject(nobody)
  })
  test.skipIf(process.platform === 'win32')('is for its owner alone', async () => {
    const control = await start()
    expect(statSync(join(folder, 'console.sock')).mode & 0o777).toBe(0o600)
    await control.close()
    expect(statSync(join(folder, 'console.sock'), { throwIfNoEntry: false })).toBeUndefined()
  })
  test.skipIf(process.platform === 'win32')(
    'works after a crash that left the socket behind',
    async () => {
      const path = join(folder, 'console.sock')
      const listen = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
      spawnSync(process.execPath, ['-e', listen])
      expect(statSync(path).isSocket()).toBe(true)
      const control = await start()
      expect(await askControl(folder, 'open')).toEqual(FRESH)
      await control.close()
    },
  )
  test.skipIf(process.platform === 'win32')('leaves alone what is no socket of ours', async () => {
    writeFileSync(join(folder, 'console.sock'), 'precious')
    await expect(start()).rejects.toMatchObject({ code: 'conflict' })
    expect(readFileSync(join(folder, 'console.sock'), 'utf8')).toBe('precious')
  })
  test('works in a data folder whose path is too long for a socket', async () => {
    const deep = join(folder, 'a'.repeat(60), 'b'.repeat(60))
    mkdirSync(deep, { recursive: true })
    const control = await start(deep)
    expect(await askControl(deep, 'open')).toEqual(FRESH)
    await control.close()
  })
  test.skipIf(process.platform === 'win32')(
    'knows no other order, and hangs up on who never ends',
    async () => {
      const control = await start()
      expect(await answerTo('revoke\n')).toBe(
        '{"refused":"This console does not know that order."}\n',
      )
      expect(await answerTo('__proto__\n')).toContain('refused')
      expect(await answerTo('x'.repeat(10_000))).toBe('')
      await control.close()
    },
  )
})

describe('opening the browser', () => {
  const url = 'http://127.0.0.1:8787/#t=secret&"><script>'

  test('shows the ticket to nobody who lists processes', async () => {
    let argv: readonly string[] = []
    const opened = await openInBrowser(url, folder, async (command, args) => {
      argv = [command, ...args]
      return true
    })
    expect(opened).toBe(true)
    expect(argv.join(' ')).not.toContain('secret')
    const file = argv.at(-1)!
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const page = readFileSync(file, 'utf8')
    expect(page).toContain(
      'content="0; url=http://127.0.0.1:8787/#t=secret&#38;&#34;&#62;&#60;script&#62;"',
    )
    expect(page).not.toContain('<script>')
  })
  test('leaves no ticket behind when there is no browser', async () => {
    let file = ''
    const opened = await openInBrowser(url, folder, async (_, args) => {
      file = args.at(-1)!
      return false
    })
    expect(opened).toBe(false)
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined()
  })
  test('does not write through a link that somebody laid', async () => {
    const trap = join(folder, 'open-quarterdeck.html')
    writeFileSync(trap, 'old', { mode: 0o644 })
    await openInBrowser(url, folder, async () => true)
    expect(statSync(trap).mode & 0o777).toBe(0o600)
  })
})

describe('a plain Node host', () => {
  test('starts a bundled program and speaks with it', async () => {
    writeFileSync(
      join(folder, 'echo.js'),
      `process.on('message', (message) => message === 'end' ? process.exit(3) : process.send({ heard: message, args: process.argv.slice(2) }))`,
    )
    const host = createNodeHost({ dataFolder: folder, resources: folder, programs: folder })
    const program = host.startProgram('echo', ['one', 'two'])
    expect(program.pid).toBeGreaterThan(0)
    const answer = new Promise((settle) => program.onMessage(settle))
    program.post({ hello: true })
    expect(await answer).toEqual({ heard: { hello: true }, args: ['one', 'two'] })
    const code = new Promise((settle) => program.onExit(settle))
    program.post('end')
    expect(await code).toBe(3)
    expect(() => program.post('late')).not.toThrow()
  })
  test('ends a program when told to', async () => {
    writeFileSync(join(folder, 'idle.js'), 'setInterval(() => {}, 1000)')
    const program = createNodeHost({
      dataFolder: folder,
      resources: folder,
      programs: folder,
    }).startProgram('idle', [])
    const code = new Promise((settle) => program.onExit(settle))
    program.kill()
    expect(await code).toBeNull()
  })
  test('starts nothing outside of its folder', () => {
    const host = createNodeHost({ dataFolder: folder, resources: folder, programs: folder })
    expect(() => host.startProgram('../evil', [])).toThrow('no program')
  })
})
