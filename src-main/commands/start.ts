import { Refusal } from '#contract'
import { type Config, type Flags, parseConfig } from '#platform/config'
import { findElectron, runElectron } from './electron'
import { unlockHere } from './passphrase'
import { addressNote, openConsole, openInterface, refuseToOpen, untilStopped } from './console'

const print = (text: string) => process.stdout.write(`${text}\n`)

/** Electron where its binary is or can be had; otherwise one line says so, and the browser host opens. */
export async function start(flags: Flags & { host?: string }): Promise<void> {
  const config = parseConfig(flags, process.env)
  const wanted = flags.host ?? 'any'
  if (!['any', 'electron', 'browser'].includes(wanted)) {
    throw new Refusal('invalid_input', `--host takes electron or browser, not “${wanted}”.`)
  }
  const wantsBrowser = wanted === 'browser' || config.socket !== undefined || !config.openBrowser
  const electron = wantsBrowser ? undefined : await findElectron()
  if (electron) return runElectron(electron, config)
  if (wanted === 'electron') {
    throw new Refusal(
      'unsupported',
      "Electron's program is not here and could not be downloaded. Start without --host to use the browser.",
    )
  }
  if (!wantsBrowser)
    print(
      "Electron's program is not here and could not be downloaded, so the console opens in your browser.",
    )
  await runInBrowser(config)
}

async function runInBrowser(config: Config): Promise<void> {
  const { openInBrowser } = await import('#hosts/browser/open-browser')
  const console = await openConsole(config)
  try {
    if (config.passphraseFd !== undefined) await unlockHere(console, config)
    const host = await openInterface(console, config)
    const url = host.url()
    const opened = config.openBrowser && (await openInBrowser(url, config.dataFolder))
    print(
      opened
        ? `Quarterdeck is open in your browser. Another address: ${url}`
        : `Quarterdeck is ready. Open ${url}`,
    )
    print(addressNote(config))
    await console.intake.start()
    console.pulls.start()
    print(await describeIntake(console))
    await untilStopped()
    await host.close()
  } finally {
    await console.close()
  }
}

async function describeIntake(console: Awaited<ReturnType<typeof openConsole>>): Promise<string> {
  const { state, address, problem } = await console.intake.listener({}, console.caller())
  return state === 'listening'
    ? `Alerts are taken in at ${address}`
    : `No alerts are taken in: ${problem}`
}

/** The listener and everything behind it, for a server that shares its store with consoles. */
export async function serve(flags: Flags): Promise<void> {
  const config = parseConfig(flags, process.env)
  const console = await openConsole(config)
  try {
    await unlockHere(console, config)
    await console.intake.start()
    console.pulls.start()
    const { state, problem } = await console.intake.listener({}, console.caller())
    if (state !== 'listening') throw new Refusal('unreachable', problem)
    const control = await refuseToOpen(console, config)
    print(await describeIntake(console))
    await untilStopped()
    await control.close()
  } finally {
    await console.close()
  }
}
