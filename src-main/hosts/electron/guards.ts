import type { App, Session, WebContents } from 'electron'
import type { Log } from '#platform/log'
import { isOwnUrl } from './origin'

/** What a page may ask of the system, if it is ours. All else is denied to everybody. */
const ALLOWED = new Set(['clipboard-sanitized-write', 'notifications', 'fullscreen'])

interface Needs {
  log: Log
  openExternal: (address: string) => Promise<void>
}

/** Watches every page from its first moment: it stays where it is, opens no window and embeds nothing. */
export function guardPages(app: Pick<App, 'on'>, needs: Needs): void {
  app.on('web-contents-created', (_, contents) => guardPage(contents, needs))
}

function guardPage(contents: WebContents, { log, openExternal }: Needs): void {
  const stay = (event: { url: string; preventDefault(): void }) => {
    if (isOwnUrl(event.url)) return
    event.preventDefault()
    log.warn({ url: event.url }, 'a page tried to leave')
  }
  contents.on('will-navigate', stay)
  contents.on('will-redirect', stay)
  contents.on('will-frame-navigate', stay)
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    openExternal(url).catch((error: unknown) =>
      log.warn({ err: error, url }, 'a link was not opened'),
    )
    return { action: 'deny' }
  })
}

/** Denies by default: permissions, devices, downloads, and every request that leaves the machine from a page. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_, permission, callback, { requestingUrl }) =>
    callback(ALLOWED.has(permission) && isOwnUrl(requestingUrl)),
  )
  session.setPermissionCheckHandler(
    (_, permission, requestingOrigin) => ALLOWED.has(permission) && isOwnUrl(requestingOrigin),
  )
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
  session.webRequest.onBeforeRequest(({ url }, callback) => callback({ cancel: !isNeeded(url) }))
}

/** The interface, and what the developer tools are made of. */
function isNeeded(url: string): boolean {
  return isOwnUrl(url) || url.startsWith('devtools:') || url.startsWith('data:image/')
}
