import type { BrowserWindow, BrowserWindowConstructorOptions, WebContents } from 'electron'
import type { Log } from '#platform/log'
import { ORIGIN } from './origin'
import { webPreferences } from './web-preferences'

/** A page that dies again so soon is left alone: reloading would not help it. */
const CALM_MS = 30_000

/** The one window. Closing it hides it: runs and the intake go on, and the tray brings it back. */
export interface MainWindow {
  /** Shows the window, on this route when there is one. */
  show(route?: string): void
  isLookedAt(): boolean
  isOurs(contents: WebContents): boolean
  setOverlayIcon: BrowserWindow['setOverlayIcon']
  /** Lets go of the window for good. */
  release(): void
}

interface Needs {
  create: (options: BrowserWindowConstructorOptions) => BrowserWindow
  preload: string
  icon: string
  isPackaged: boolean
  /** The system is set to dark: chooses the colour under the page until it is drawn. */
  isDark: () => boolean
  /** Leads a page that is open to a route. */
  goTo: (route: string) => void
  log: Log
  now: () => number
}

export function createMainWindow(needs: Needs): MainWindow {
  let window: BrowserWindow | undefined
  let isReleased = false
  return {
    show(route) {
      if (!window) {
        window = open(route ?? '/')
        return
      }
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
      if (route !== undefined) needs.goTo(route)
    },
    isLookedAt: () => window?.isVisible() === true && window.isFocused(),
    isOurs: (contents) => window !== undefined && contents === window.webContents,
    setOverlayIcon: (image, words) => window?.setOverlayIcon(image, words),
    release() {
      isReleased = true
    },
  }

  function open(route: string): BrowserWindow {
    const opened = needs.create(windowOptions(needs))
    opened.once('ready-to-show', () => opened.show())
    opened.on('close', (event) => {
      if (isReleased) return
      event.preventDefault()
      opened.hide()
    })
    opened.on('closed', () => {
      window = undefined
    })
    revive(opened, needs)
    opened
      .loadURL(`${ORIGIN}${route}`)
      .catch((error: unknown) => needs.log.error({ err: error }, 'the page was not loaded'))
    return opened
  }
}

function windowOptions({
  preload,
  icon,
  isPackaged,
  isDark,
}: Needs): BrowserWindowConstructorOptions {
  return {
    title: 'Quarterdeck',
    width: 1360,
    height: 880,
    minWidth: 900,
    minHeight: 600,
    show: false,
    icon,
    backgroundColor: isDark() ? '#0a0c0f' : '#f5f6f8',
    webPreferences: webPreferences(preload, isPackaged),
  }
}

function revive(window: BrowserWindow, { log, now }: Needs): void {
  let lastDeath = -Infinity
  window.webContents.on('render-process-gone', (_, { reason }) => {
    log.error({ reason }, 'the page died')
    const isCalm = now() - lastDeath > CALM_MS
    lastDeath = now()
    if (reason !== 'clean-exit' && isCalm) window.webContents.reload()
  })
}
