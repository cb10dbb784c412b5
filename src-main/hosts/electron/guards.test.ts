import { EventEmitter } from 'node:events'
import type { App, Session } from 'electron'
import { describe, expect, test, vi } from 'vitest'
import { silentLog } from '#platform/log'
import { FakeContents } from './fakes.suite'
import { guardPages, guardSession } from './guards'
import { createOpenExternal } from './open-external'
import { isOwnUrl } from './origin'
import { webPreferences } from './web-preferences'

const FOREIGN = [
  'https://evil.example/',
  'app://console.evil.example/',
  'app://evil.example/app://console/',
  'app://console@evil.example/',
  'app://user@console/',
  'app://console:8080/',
  'app:console',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,<script>1</script>',
  'about:blank',
  'blob:app://console/1',
  'http://127.0.0.1:8425/',
  '',
  'not an address',
]

describe('an address of ours', () => {
  test.each(['app://console', 'app://console/', 'app://console/tickets/tkt_1?x=1#y'])(
    'is %s',
    (url) => {
      expect(isOwnUrl(url)).toBe(true)
    },
  )
  test.each(FOREIGN)('is not %j', (url) => {
    expect(isOwnUrl(url)).toBe(false)
  })
})

describe('a page', () => {
  const app = new EventEmitter()
  const openExternal = vi.fn<(address: string) => Promise<void>>(async () => {})
  guardPages(app as unknown as App, { log: silentLog(), openExternal })
  const page = new FakeContents(1)
  app.emit('web-contents-created', {}, page)

  describe.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])('on %s', (sign) => {
    test.each(FOREIGN)('stays when led to %j', (url) => {
      const preventDefault = vi.fn<() => void>()
      page.emit(sign, { url, preventDefault })
      expect(preventDefault).toHaveBeenCalledOnce()
    })
    test('goes where it may', () => {
      const preventDefault = vi.fn<() => void>()
      page.emit(sign, { url: 'app://console/approvals', preventDefault })
      expect(preventDefault).not.toHaveBeenCalled()
    })
  })
  test('embeds nothing', () => {
    const preventDefault = vi.fn<() => void>()
    page.emit('will-attach-webview', { preventDefault })
    expect(preventDefault).toHaveBeenCalledOnce()
  })
  test('opens no window; a link goes to the one way out', () => {
    expect(page.openHandler!({ url: 'https://example.com/' })).toEqual({ action: 'deny' })
    expect(openExternal).toHaveBeenCalledExactlyOnceWith('https://example.com/')
  })
})

describe('the way out', () => {
  test.each([
    ['https://example.com', 'https://example.com/'],
    ['http://127.0.0.1:9090/graph', 'http://127.0.0.1:9090/graph'],
    ['mailto:ops@example.com', 'mailto:ops@example.com'],
    ['https://example.com/a b', 'https://example.com/a%20b'],
  ])('leads %s to the browser as %s', async (asked, opened) => {
    const shell = { openExternal: vi.fn<(address: string) => Promise<void>>(async () => {}) }
    await createOpenExternal(shell)(asked)
    expect(shell.openExternal).toHaveBeenCalledExactlyOnceWith(opened)
  })
  test.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    'smb://evil.example/x',
    'ms-msdt:/id',
    'vscode://x',
    'app://console/',
    '-flag',
    '',
    'C:\\Windows\\system32\\calc.exe',
  ])('is shut for %j', async (asked) => {
    const shell = { openExternal: vi.fn<(address: string) => Promise<void>>(async () => {}) }
    await expect(createOpenExternal(shell)(asked)).rejects.toMatchObject({ code: 'invalid_input' })
    expect(shell.openExternal).not.toHaveBeenCalled()
  })
})

describe('a session', () => {
  const handlers: Record<string, (...values: never[]) => unknown> = {}
  const session = Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: (handler: never) => (handlers['request'] = handler),
    setPermissionCheckHandler: (handler: never) => (handlers['check'] = handler),
    setDevicePermissionHandler: (handler: never) => (handlers['device'] = handler),
    webRequest: { onBeforeRequest: (handler: never) => (handlers['web'] = handler) },
  })
  guardSession(session as unknown as Session)

  function isGranted(permission: string, url: string): [requested: unknown, checked: unknown] {
    const callback = vi.fn<(granted: boolean) => void>()
    handlers['request']!(...([null, permission, callback, { requestingUrl: url }] as never[]))
    const checked = handlers['check']!(...([null, permission, url, {}] as never[]))
    return [callback.mock.calls[0]![0], checked]
  }
  test.each(['clipboard-sanitized-write', 'notifications', 'fullscreen'])(
    'gives our page %s',
    (permission) => {
      expect(isGranted(permission, 'app://console/')).toEqual([true, true])
      expect(isGranted(permission, 'https://evil.example/')).toEqual([false, false])
      expect(isGranted(permission, '')).toEqual([false, false])
    },
  )
  test.each([
    'media',
    'geolocation',
    'clipboard-read',
    'openExternal',
    'hid',
    'serial',
    'usb',
    'fileSystem',
    'display-capture',
    'local-network-access',
    'unknown',
    'tomorrow',
  ])('gives nobody %s', (permission) => {
    expect(isGranted(permission, 'app://console/')).toEqual([false, false])
  })
  test('gives nobody a device or a download', () => {
    expect(handlers['device']!({} as never)).toBe(false)
    const preventDefault = vi.fn<() => void>()
    session.emit('will-download', { preventDefault })
    expect(preventDefault).toHaveBeenCalledOnce()
  })
  test.each([
    ['app://console/assets/index.js', false],
    ['devtools://devtools/bundled/x.js', false],
    ['data:image/png;base64,AA', false],
    ['https://evil.example/?stolen', true],
    ['wss://evil.example/', true],
    ['http://127.0.0.1:8425/hooks', true],
    ['file:///etc/passwd', true],
    ['app://other/', true],
    ['data:text/html,x', true],
  ])('lets a request for %s out: cancelled = %j', (url, cancel) => {
    const callback = vi.fn<(answer: { cancel: boolean }) => void>()
    handlers['web']!(...([{ url }, callback] as never[]))
    expect(callback).toHaveBeenCalledExactlyOnceWith({ cancel })
  })
})

test('a page is sandboxed and isolated, with every switch set', () => {
  expect(webPreferences('/x/index.cjs', true)).toEqual({
    preload: '/x/index.cjs',
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    safeDialogs: true,
    spellcheck: false,
    devTools: false,
  })
  expect(webPreferences('/x/index.cjs', false).devTools).toBe(true)
})
