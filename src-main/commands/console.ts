import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Refusal } from '#contract'
import { compose } from '#compose'
import { type BrowserHost, createBrowserHost } from '#hosts/browser/browser-host'
import { createControl } from '#hosts/control'
import { createNodeHost } from '#hosts/browser/node-host'
import { systemClock } from '#platform/clock'
import { type Config, parseConfig } from '#platform/config'

const programs = dirname(fileURLToPath(import.meta.url)) // out/main, beside the renderer's out/renderer
const resources = join(programs, '..', '..', 'resources')

export type Console = Awaited<ReturnType<typeof compose>>

/** This process as a host without windows. */
export function openHost({ dataFolder }: Config) {
  return createNodeHost({ dataFolder, resources, programs })
}

/** The console in this process, without an interface. */
export function openConsole(config: Config): Promise<Console> {
  return compose(openHost(config), config)
}

/** An interface for it on loopback, and the order `quarterdeck open` for a fresh address. */
export async function openInterface(console: Console, config: Config): Promise<BrowserHost> {
  const interfaceHost = await createBrowserHost({
    bridge: console.bridge,
    log: console.log,
    clock: systemClock,
    assetsFolder: join(programs, '..', 'renderer'),
    port: config.port,
    ...(config.socket === undefined ? {} : { socket: config.socket }),
    ...(config.publicOrigin === undefined ? {} : { publicOrigin: config.publicOrigin }),
  })
  const control = await createControl({
    dataFolder: config.dataFolder,
    log: console.log,
    orders: { open: () => ({ url: interfaceHost.url() }) },
  })
  return {
    ...interfaceHost,
    async close() {
      await control.close()
      await interfaceHost.close()
    },
  }
}

/** Where there is no interface, `quarterdeck open` is told so. */
export function refuseToOpen({ log }: Console, { dataFolder }: Config) {
  return createControl({ dataFolder, log, orders: { open: noInterface } })
}

function noInterface(): never {
  throw new Refusal(
    'unsupported',
    'Quarterdeck runs on this data folder without an interface (`quarterdeck serve`). Stop it, then use `quarterdeck start`.',
  )
}

/** What is printed under a fresh address: that it works once, and the command for another one, whole. */
export function addressNote({ dataFolder }: Config): string {
  const usual = parseConfig({}, process.env).dataFolder
  const command =
    dataFolder === usual
      ? 'npm run quarterdeck open'
      : `npm run quarterdeck -- open --data '${dataFolder.replaceAll("'", String.raw`'\''`)}'`
  return `This address works once, in one tab, for two minutes. \`${command}\` gives another. Ctrl-C stops.`
}

/** Resolves on the first Ctrl-C or polite kill; a second one ends the process at once. */
export function untilStopped(): Promise<void> {
  return new Promise((stopped) => {
    const stop = () => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, stop)
      stopped()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  })
}
