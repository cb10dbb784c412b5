import { spawn } from 'node:child_process'
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TICKET_MS } from './keys'

/** Starts a program without waiting for it; false when it could not be started. */
export type StartOpener = (command: string, args: readonly string[]) => Promise<boolean>

/**
 * Opens `url` in the system's browser; false when there is none. The address holds a ticket, and arguments of processes
 * can be read by every user of a machine: so the browser is given a file that only its owner can read, and the file
 * leads on.
 */
export async function openInBrowser(
  url: string,
  dataFolder: string,
  start: StartOpener = startOpener,
): Promise<boolean> {
  const file = join(dataFolder, 'open-quarterdeck.html')
  rmSync(file, { force: true })
  writeFileSync(file, redirectPage(url), { mode: 0o600, flag: 'wx' })
  chmodSync(file, 0o600)
  setTimeout(() => rmSync(file, { force: true }), TICKET_MS).unref()
  const [command, ...args] = openerOf(process.platform)
  const opened = await start(command, [...args, file])
  if (!opened) rmSync(file, { force: true })
  return opened
}

function redirectPage(url: string): string {
  const safe = url.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
  return `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0; url=${safe}"><title>Quarterdeck</title><a href="${safe}">Open Quarterdeck</a>\n`
}

function openerOf(platform: NodeJS.Platform): [string, ...string[]] {
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return ['explorer.exe']
  return ['xdg-open']
}

const startOpener: StartOpener = (command, args) =>
  new Promise((settle) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true })
    child.on('error', () => settle(false))
    child.on('spawn', () => settle(true))
    child.unref()
  })
