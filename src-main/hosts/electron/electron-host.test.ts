import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type {
  BrowserWindow,
  BrowserWindowConstructorOptions,
  NativeImage,
  Notification,
} from 'electron'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createAssets } from '#hosts/assets'
import { createAssetsFolder } from '#hosts/browser/rig.suite'
import { silentLog } from '#platform/log'
import { appScheme, serveInterface } from './app-scheme'
import { createBadge } from './badge'
import { createElectronHost } from './electron-host'
import { FakeContents } from './fakes.suite'
import { createMainWindow } from './main-window'
import { createNotices } from './notices'
import { hearPower } from './power'
import { startProgram } from './start-program'

describe('the interface over app:', () => {
  const assets = createAssetsFolder()
  afterAll(() => assets.remove())
  let serve: (request: Request) => Promise<Response>
  serveInterface(
    { handle: (_, handler) => (serve = handler as typeof serve) },
    createAssets(assets.root),
  )
  const ask = (url: string, method = 'GET') => serve({ url, method } as Request)

  test('is standard and secure, and may keep its compiled code', () => {
    expect(appScheme).toEqual({
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    })
  })
  test.each(['app://console/', 'app://console/tickets/tkt_1'])(
    'is the page at %s, with its policy',
    async (url) => {
      const response = await ask(url)
      expect(await response.text()).toContain('Quarterdeck')
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      const policy = response.headers.get('content-security-policy')
      expect(policy).toContain("connect-src 'self';")
      expect(policy).toContain("require-trusted-types-for 'script'")
    },
  )
  test.each([
    ['app://console/..%2fsecret.json', 404],
    ['app://console/assets/..%5c..%5csecret.json', 404],
    ['app://console/link.json', 404],
    ['app://console/up/secret.json', 404],
    ['app://console/.env', 404],
    ['app://console/notes.txt', 404],
    ['app://other/', 403],
    ['app://user@console/', 403],
  ])('is not %s', async (url, status) => {
    const response = await ask(url)
    expect(response.status).toBe(status)
    expect(await response.text()).toBe('')
  })
  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('takes no %s', async (method) => {
    expect((await ask('app://console/', method)).status).toBe(403)
  })
})

describe('the window', () => {
  class FakeWindow extends EventEmitter {
    readonly webContents = new FakeContents(1)
    readonly loaded: string[] = []
    isShown = false
    hasFocus = false
    isMinimized = () => false
    isVisible = () => this.isShown
    isFocused = () => this.hasFocus
    show = () => {
      this.isShown = true
    }
    hide = () => {
      this.isShown = false
    }
    focus = () => {
      this.hasFocus = true
    }
    loadURL = async (url: string) => void this.loaded.push(url)
    setOverlayIcon = () => {}
  }
  let made: { window: FakeWindow; options: BrowserWindowConstructorOptions }[]
  let routes: string[]
  let now: number
  let shown: ReturnType<typeof createMainWindow>
  beforeEach(() => {
    made = []
    routes = []
    now = 1_000_000
    shown = createMainWindow({
      create(options) {
        const window = new FakeWindow()
        made.push({ window, options })
        return window as unknown as BrowserWindow
      },
      preload: '/out/preload/index.cjs',
      icon: '/icon.png',
      isPackaged: true,
      isDark: () => true,
      goTo: (route) => void routes.push(route),
      log: silentLog(),
      now: () => now,
    })
  })

  test('is not seen before it is drawn, and opens on the route that was asked for', () => {
    shown.show('/approvals/apr_1')
    const { window, options } = made[0]!
    expect(options).toMatchObject({ show: false, backgroundColor: '#0a0c0f' })
    expect(options.webPreferences).toMatchObject({ sandbox: true, devTools: false })
    expect(window.loaded).toEqual(['app://console/approvals/apr_1'])
    expect(window.isShown).toBe(false)
    window.emit('ready-to-show')
    expect(window.isShown).toBe(true)
    expect(shown.isOurs(window.webContents.asContents())).toBe(true)
    expect(shown.isOurs(new FakeContents(2).asContents())).toBe(false)
  })
  test('is one, led to where it is wanted', () => {
    shown.show()
    shown.show('/approvals')
    shown.show()
    expect(made).toHaveLength(1)
    expect(routes).toEqual(['/approvals'])
    expect(shown.isLookedAt()).toBe(true)
  })
  test('hides when it is closed, until Quarterdeck quits', () => {
    shown.show()
    const { window } = made[0]!
    window.show()
    const preventDefault = vi.fn<() => void>()
    window.emit('close', { preventDefault })
    expect(preventDefault).toHaveBeenCalledOnce()
    expect(window.isShown).toBe(false)
    shown.release()
    window.emit('close', { preventDefault })
    expect(preventDefault).toHaveBeenCalledOnce()
  })
  test('comes back after its page died, but not over and over', () => {
    shown.show()
    const { webContents } = made[0]!.window
    webContents.emit('render-process-gone', {}, { reason: 'clean-exit' })
    expect(webContents.reloads).toBe(0)
    now += 60_000
    webContents.emit('render-process-gone', {}, { reason: 'crashed' })
    expect(webContents.reloads).toBe(1)
    now += 1_000
    webContents.emit('render-process-gone', {}, { reason: 'crashed' })
    expect(webContents.reloads).toBe(1)
  })
})

describe('a notification', () => {
  class FakeNotification extends EventEmitter {
    readonly options: { title?: string; body?: string }
    isShown = false
    isClosed = false
    constructor(options: { title?: string; body?: string }) {
      super()
      this.options = options
    }
    show() {
      this.isShown = true
    }
    close() {
      this.isClosed = true
      this.emit('close')
    }
  }
  const notice = {
    id: 'apr_1',
    title: 'Approval needed',
    body: 'on db-2',
    route: '/approvals/apr_1',
  }
  function setUp(platform: NodeJS.Platform = 'darwin', isLookedAt = false) {
    const made: FakeNotification[] = []
    const opened: string[] = []
    const notify = createNotices({
      create(options) {
        made.push(new FakeNotification(options))
        return made.at(-1) as unknown as Notification
      },
      platform,
      isLookedAt: () => isLookedAt,
      open: (route) => void opened.push(route),
    })
    return { notify, made, opened }
  }

  test('leads to what it tells of', () => {
    const { notify, made, opened } = setUp()
    notify(notice)
    expect(made[0]).toMatchObject({
      isShown: true,
      options: { title: 'Approval needed', body: 'on db-2' },
    })
    made[0]!.emit('click')
    expect(opened).toEqual(['/approvals/apr_1'])
  })
  test('takes the place of the last one about the same thing', () => {
    const { notify, made } = setUp()
    notify(notice)
    notify({ ...notice, id: 'apr_2' })
    notify(notice)
    expect(made.map(({ isClosed }) => isClosed)).toEqual([true, false, false])
  })
  test('is not needed by who looks at the window', () => {
    const { notify, made } = setUp('darwin', true)
    notify(notice)
    expect(made).toEqual([])
  })
  test('is text, also where the desktop reads markup', () => {
    const { notify, made } = setUp('linux')
    notify({ ...notice, body: '<a href="https://evil.example">& click</a>' })
    expect(made[0]!.options.body).toBe('&lt;a href="https://evil.example"&gt;&amp; click&lt;/a&gt;')
  })
})

test('waiting approvals are shown wherever there is room for them', () => {
  const seen: unknown[] = []
  const note = (place: string) => (value: unknown, words?: unknown) =>
    void seen.push([place, value, words])
  const images = { calm: 'calm', waiting: 'waiting', dot: 'dot' } as unknown as Record<
    'calm' | 'waiting' | 'dot',
    NativeImage
  >
  const show = createBadge({
    places: {
      tray: { setImage: note('tray'), setToolTip: note('words'), setTitle: note('title') },
      setBadgeCount: note('dock'),
      setOverlayIcon: note('taskbar'),
    },
    images,
  })
  show(2)
  expect(seen).toEqual([
    ['tray', 'waiting', undefined],
    ['words', 'Quarterdeck: 2 approvals wait', undefined],
    ['title', '2', undefined],
    ['dock', 2, undefined],
    ['taskbar', 'dot', '2 approvals wait'],
  ])
  seen.length = 0
  show(0)
  expect(seen).toEqual([
    ['tray', 'calm', undefined],
    ['words', 'Quarterdeck: no approval waits', undefined],
    ['title', '', undefined],
    ['dock', 0, undefined],
    ['taskbar', null, 'no approval waits'],
  ])
})

test('power events are heard until nobody listens', () => {
  const monitor = new EventEmitter()
  const heard: string[] = []
  const stop = hearPower(monitor, (event) => heard.push(event))
  for (const sign of ['suspend', 'resume', 'lock-screen', 'unlock-screen', 'shutdown'])
    monitor.emit(sign)
  expect(heard).toEqual(['suspend', 'resume', 'lock', 'unlock'])
  stop()
  monitor.emit('suspend')
  expect(heard).toHaveLength(4)
  expect(monitor.eventNames()).toEqual([])
})

describe('a bundled program', () => {
  test('is started beside the main bundle, as a utility process', () => {
    const child = Object.assign(new EventEmitter(), {
      pid: 7,
      postMessage: vi.fn<(message: unknown) => void>(),
      kill: vi.fn<() => boolean>(),
    })
    const forked: unknown[] = []
    const fork = (...values: unknown[]) => {
      forked.push(values)
      return child as never
    }
    const program = startProgram({ fork }, '/out/main', 'demo-app', ['{}'])
    expect(forked).toEqual([
      [
        '/out/main/demo-app.js',
        ['{}'],
        { stdio: ['ignore', 'ignore', 'inherit'], serviceName: 'Quarterdeck demo-app' },
      ],
    ])
    const heard: unknown[] = []
    program.onMessage((message) => heard.push(message))
    program.onExit((code) => heard.push(code))
    child.emit('message', { ready: true })
    child.emit('exit', 0)
    program.post({ stop: true })
    expect(heard).toEqual([{ ready: true }, 0])
    expect(child.postMessage).toHaveBeenCalledExactlyOnceWith({ stop: true })
    expect(program.pid).toBe(7)
  })
  test.each(['../x', '/bin/sh', 'a/b', 'A', '', 'x.js'])('is never named %j', (entry) => {
    const fork = vi.fn<() => never>()
    expect(() => startProgram({ fork }, '/out/main', entry, [])).toThrow('no program')
    expect(fork).not.toHaveBeenCalled()
  })
})

test('the host says what it can do', () => {
  const lent = {
    dataFolder: '/data',
    resources: '/resources',
    openExternal: async () => {},
    notify: () => {},
    showWaiting: () => {},
    onPower: () => () => {},
    startProgram: () => ({}) as never,
  }
  expect(createElectronHost({ ...lent, canNotify: true })).toMatchObject({
    kind: 'electron',
    capabilities: ['tray', 'open_external', 'native_notifications'],
  })
  expect(createElectronHost({ ...lent, canNotify: false }).capabilities).toEqual([
    'tray',
    'open_external',
  ])
})

test.each(['icon.png', 'tray.png', 'tray-waiting.png', 'dot.png'])(
  '%s is one of the icons that are shown',
  (name) => {
    expect(
      readFileSync(join('resources', 'icons', name))
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG')
  },
)
