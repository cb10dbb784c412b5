import { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createProbe } from '#bridge/probe.suite'
import { Refusal } from '#contract'
import { askControl } from '#hosts/control'
import { createEvents } from '#platform/events'
import type { Host } from '#platform/host'
import { silentLog } from '#platform/log'
import { FakeContents } from './fakes.suite'

const done: string[] = []
const state = {
  hasLock: true,
  listeners: new Map<string, ((event: unknown) => void)[]>(),
  windows: [] as unknown[],
}
function note(what: string) {
  return (value?: unknown) => void done.push(typeof value === 'string' ? `${what} ${value}` : what)
}

function on(sign: string, listener: (event: unknown) => void) {
  state.listeners.set(sign, [...(state.listeners.get(sign) ?? []), listener])
}
function hear(sign: string, event: object = {}) {
  for (const listener of state.listeners.get(sign) ?? []) listener(event)
}
function expectOrder(...order: string[]) {
  const places = order.map((what) => done.findIndex((each) => each.startsWith(what)))
  expect(
    places.every((place) => place >= 0),
    `all of ${order.join(', ')} in ${done.join(', ')}`,
  ).toBe(true)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
}

// Electron's own package would fetch its program when it is imported: a stand-in that notes what is asked of it.
vi.doMock('electron', () => {
  class BrowserWindow extends EventEmitter {
    webContents = new FakeContents(1)
    constructor() {
      super()
      done.push('window')
      state.windows.push(this)
    }
    loadURL = async () => {}
    show = () => {}
    hide = () => {}
    focus = () => {}
    isMinimized = () => false
  }
  return {
    app: {
      on,
      quit: note('quit'),
      exit: (code: number) => void done.push(`exit ${code}`),
      setName: note('name'),
      setPath: (_: string, path: string) => void done.push(`profile ${path}`),
      setAppUserModelId: note('id'),
      enableSandbox: note('sandbox'),
      setBadgeCount: note('badge'),
      requestSingleInstanceLock() {
        done.push('lock')
        return state.hasLock
      },
      async whenReady() {
        done.push('ready')
      },
      isPackaged: true,
    },
    BrowserWindow,
    crashReporter: {
      start: (options: unknown) => void done.push(`crashes ${JSON.stringify(options)}`),
    },
    dialog: { showErrorBox: (_: string, message: string) => void done.push(`error ${message}`) },
    ipcMain: { on: note('ear on') },
    Menu: { setApplicationMenu: note('menu'), buildFromTemplate: () => ({}) },
    nativeImage: { createFromPath: () => ({}) },
    nativeTheme: { shouldUseDarkColors: true },
    Notification: { isSupported: () => true },
    powerMonitor: new EventEmitter(),
    protocol: { registerSchemesAsPrivileged: note('scheme'), handle: note('serve') },
    session: {
      defaultSession: {
        on: note('session on'),
        setPermissionRequestHandler: note('permissions'),
        setPermissionCheckHandler: note('permission checks'),
        setDevicePermissionHandler: note('devices'),
        webRequest: { onBeforeRequest: note('requests') },
      },
    },
    shell: { openExternal: async () => {} },
    Tray: class extends EventEmitter {
      setContextMenu = () => {}
      setImage = () => {}
      setToolTip = () => {}
      setTitle = () => {}
    },
    utilityProcess: {},
  }
})

const { startElectron } = await import('./start-electron')

describe('starting in Electron', () => {
  let dataFolder: string
  beforeEach(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'qd-electron-'))
    done.length = 0
    state.hasLock = true
    state.listeners.clear()
    state.windows.length = 0
  })
  afterEach(() => rmSync(dataFolder, { recursive: true }))

  function start(compose?: (host: Host) => Promise<void>) {
    const { bridge } = createProbe()
    const events = createEvents()
    const log = silentLog()
    return {
      events,
      started: startElectron(() => ({
        dataFolder,
        log,
        async compose(host) {
          done.push('compose')
          await compose?.(host)
          return { bridge, events, log, close: async () => void done.push('closed') }
        },
      })),
    }
  }
  test('shuts every door before it opens one', async () => {
    await start().started
    expectOrder('profile', 'lock')
    expectOrder('sandbox', 'ready')
    expectOrder('scheme', 'ready')
    for (const guard of [
      'permissions',
      'permission checks',
      'devices',
      'requests',
      'session on',
      'serve',
      'menu',
    ])
      expectOrder('ready', guard, 'window')
    expectOrder('ear on rpc', 'window')
    expect(done).toContain('crashes {"uploadToServer":false}')
    expect(state.listeners.has('web-contents-created')).toBe(true)
  })
  test('keeps its profile in the data folder, for its owner alone', async () => {
    await start().started
    expect(done).toContain(`profile ${join(dataFolder, 'electron')}`)
    expect(statSync(join(dataFolder, 'electron')).mode & 0o777).toBe(0o700)
  })
  test('hands over to the console that is open already', async () => {
    state.hasLock = false
    await start().started
    expect(done.at(-1)).toBe('quit')
    expect(done).not.toContain('ready')
    expect(done).not.toContain('compose')
  })
  test('shows the window to who starts it again', async () => {
    await start().started
    hear('second-instance')
    hear('activate')
    expect(state.windows).toHaveLength(1)
  })
  test('shows the window to who asks by `quarterdeck open`, until it quits', async () => {
    await start().started
    const shown = vi.fn<() => void>()
    Object.assign(state.windows[0]!, { show: shown })
    expect(await askControl(dataFolder, 'open')).toEqual({ shown: true })
    expect(shown).toHaveBeenCalledTimes(1)
    hear('before-quit', { preventDefault() {} })
    await vi.waitFor(() => expect(done.at(-1)).toBe('quit'))
    await expect(askControl(dataFolder, 'open')).rejects.toMatchObject({ code: 'unreachable' })
  })
  test('says in one sentence why it cannot start, and ends', async () => {
    const no = new Refusal('conflict', 'Quarterdeck is running on this data folder already.')
    await start(() => Promise.reject(no)).started
    expect(done.slice(-2)).toEqual([
      'error Quarterdeck is running on this data folder already.',
      'exit 1',
    ])
  })
  test('says so also of what is wrong before anything is built', async () => {
    await startElectron(() => {
      throw new Refusal('invalid_input', '--vault takes os-keychain or memory.')
    })
    expect(done).toEqual(['error --vault takes os-keychain or memory.', 'exit 1'])
  })
  test('closes the house once before it quits', async () => {
    await start().started
    const preventDefault = vi.fn<() => void>()
    hear('before-quit', { preventDefault })
    hear('before-quit', { preventDefault })
    expect(preventDefault).toHaveBeenCalledTimes(2)
    await vi.waitFor(() => expect(done.at(-1)).toBe('quit'))
    hear('before-quit', { preventDefault })
    expect(preventDefault).toHaveBeenCalledTimes(2)
    expect(done.filter((what) => what === 'closed')).toHaveLength(1)
  })
  test('lends a host that knows where everything is', async () => {
    let lent: Host | undefined
    await start(async (host) => {
      lent = host
    }).started
    expect(lent).toMatchObject({ kind: 'electron', dataFolder })
    expect(lent!.resources).toMatch(/resources$/)
  })
})
