import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  app,
  BrowserWindow,
  crashReporter,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme,
  Notification,
  powerMonitor,
  protocol,
  session,
  shell,
  Tray,
  utilityProcess,
} from 'electron'
import { Refusal } from '#contract'
import type { Application, Compose } from '#hosts/application'
import { createAssets } from '#hosts/assets'
import { createControl } from '#hosts/control'
import { openDataFolder } from '#platform/data-folder'
import type { Host } from '#platform/host'
import type { Log } from '#platform/log'
import { appScheme, serveInterface } from './app-scheme'
import { createBadge } from './badge'
import { createDoor } from './door'
import { createElectronHost } from './electron-host'
import { guardPages, guardSession } from './guards'
import { createMainWindow, type MainWindow } from './main-window'
import { createNotices } from './notices'
import { createOpenExternal } from './open-external'
import { hearPower } from './power'
import { startProgram } from './start-program'

interface Needs {
  dataFolder: string
  log: Log
  compose: Compose
}

/** The main bundle's folder; the others lie beside it. */
const PROGRAMS = import.meta.dirname
const RESOURCES = join(PROGRAMS, '..', '..', 'resources')

/**
 * Opens Quarterdeck in Electron, or hands over to the one that is open on this data folder already. `configure` may
 * refuse. Must not be awaited by the first module: Electron is ready only after that has run.
 */
export async function startElectron(configure: () => Needs): Promise<void> {
  let needs: Needs
  try {
    needs = configure()
    prepare(needs.dataFolder)
  } catch (error) {
    return giveUp(error)
  }
  if (app.requestSingleInstanceLock()) await open(needs)
  else app.quit()
}

async function open({ dataFolder, log, compose }: Needs): Promise<void> {
  const openExternal = createOpenExternal(shell)
  guardPages(app, { log, openExternal })
  await app.whenReady()
  Menu.setApplicationMenu(process.platform === 'darwin' ? macMenu() : null)
  guardSession(session.defaultSession)
  serveInterface(protocol, createAssets(join(PROGRAMS, '..', 'renderer')))
  let built: Application | undefined
  const window = openWindow(log, (route) => built?.events.publish('host.goTo', { route }))
  const building = compose(createHost(dataFolder, window, openExternal))
  const bridge = building.then((application) => application.bridge)
  createDoor({ ipcMain, bridge, log, isOurs: window.isOurs })
  app.on('second-instance', () => window.show())
  app.on('activate', () => window.show())
  window.show() // while the house is being built: the page waits at the door
  try {
    built = await building
  } catch (error) {
    return giveUp(error)
  }
  const control = await obeyOpen(dataFolder, window, log)
  const application = built
  closeBeforeQuitting(window, log, async () => {
    await control?.close()
    await application.close()
  })
}

/** `quarterdeck open` shows the window. Without its socket everything else still works. */
async function obeyOpen(dataFolder: string, window: MainWindow, log: Log) {
  const show = () => {
    window.show()
    return { shown: true } as const
  }
  try {
    return await createControl({ dataFolder, log, orders: { open: show } })
  } catch (error) {
    log.warn({ err: error }, '`quarterdeck open` cannot reach this console')
    return undefined
  }
}

/** All that Electron wants to know before it is ready. */
function prepare(dataFolder: string): void {
  const profile = join(openDataFolder(dataFolder).path, 'electron')
  mkdirSync(profile, { recursive: true, mode: 0o700 })
  app.setName('Quarterdeck')
  app.setPath('userData', profile) // before the lock, which is one for each profile
  app.setAppUserModelId('dev.quarterdeck.console')
  crashReporter.start({ uploadToServer: false })
  app.enableSandbox()
  protocol.registerSchemesAsPrivileged([appScheme])
}

/** Without these, a Mac has no copy and paste. */
function macMenu(): Menu {
  return Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
}

function openWindow(log: Log, goTo: (route: string) => void): MainWindow {
  return createMainWindow({
    create: (options) => new BrowserWindow(options),
    preload: join(PROGRAMS, '..', 'preload', 'index.cjs'),
    icon: join(RESOURCES, 'icons', 'icon.png'),
    isPackaged: app.isPackaged,
    isDark: () => nativeTheme.shouldUseDarkColors,
    goTo,
    log,
    now: () => Date.now(),
  })
}

function createHost(
  dataFolder: string,
  window: MainWindow,
  openExternal: (url: string) => Promise<void>,
): Host {
  const image = (name: string) => nativeImage.createFromPath(join(RESOURCES, 'icons', name))
  const images = {
    calm: image('tray.png'),
    waiting: image('tray-waiting.png'),
    dot: image('dot.png'),
  }
  const tray = new Tray(images.calm)
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: 'Open Quarterdeck', click: () => window.show() },
      { label: 'Approvals', click: () => window.show('/approvals') },
      { type: 'separator' },
      { label: 'Quit', click: () => app.quit() },
    ]),
  )
  tray.on('click', () => window.show())
  const onWindows = process.platform === 'win32'
  const showWaiting = createBadge({
    places: {
      tray,
      setBadgeCount: (count) => void app.setBadgeCount(count),
      ...(onWindows && { setOverlayIcon: window.setOverlayIcon }),
    },
    images,
  })
  showWaiting(0)
  return createElectronHost({
    dataFolder,
    resources: RESOURCES,
    canNotify: Notification.isSupported(),
    openExternal,
    notify: createNotices({
      create: (options) => new Notification(options),
      platform: process.platform,
      isLookedAt: window.isLookedAt,
      open: window.show,
    }),
    showWaiting,
    onPower: (listener) => hearPower(powerMonitor, listener),
    startProgram: (entry, args) => startProgram(utilityProcess, PROGRAMS, entry, args),
  })
}

/** One clear sentence, and nothing is left running. */
function giveUp(error: unknown): void {
  const isRefusal = error instanceof Refusal
  if (!isRefusal) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  dialog.showErrorBox(
    'Quarterdeck cannot start',
    isRefusal ? error.message : `This is a mistake in Quarterdeck: ${String(error)}`,
  )
  app.exit(1)
}

function closeBeforeQuitting(window: MainWindow, log: Log, close: () => Promise<void>): void {
  let state: 'open' | 'closing' | 'closed' = 'open'
  app.on('before-quit', (event) => {
    window.release()
    if (state === 'closed') return
    event.preventDefault()
    if (state === 'closing') return
    state = 'closing'
    void close()
      .catch((error: unknown) => log.error({ err: error }, 'Quarterdeck did not close cleanly'))
      .finally(() => {
        state = 'closed'
        app.quit()
      })
  })
}
