import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Flags, parseConfig } from '#platform/config'
import { addressNote, openConsole, openInterface, untilStopped } from './console'

const print = (text: string) => process.stdout.write(`${text}\n`)

/** The console on throw-away data with the demo watch on; `--auto` plays everything and exits 0 when all went well. */
export async function demo(flags: Flags & { auto?: boolean }): Promise<void> {
  const ownFolder =
    flags.data === undefined ? mkdtempSync(join(tmpdir(), 'quarterdeck-demo-data-')) : undefined
  // The demo's one secret is made for this start, so memory is where it belongs.
  const config = parseConfig(
    { vault: 'memory', intakePort: '0', ...flags, data: flags.data ?? ownFolder! },
    process.env,
  )
  const console = await openConsole(config)
  try {
    await console.intake.start()
    if (flags.auto)
      process.exitCode = (await console.demo.autoplay(console.caller(), print)) ? 0 : 1
    else await present()
  } finally {
    await console.close()
    if (ownFolder) rmSync(ownFolder, { recursive: true, force: true })
  }

  async function present(): Promise<void> {
    const { openInBrowser } = await import('#hosts/browser/open-browser')
    const host = await openInterface(console, config)
    await console.settings.update({ firstStartDone: true }, console.caller())
    await console.demo.start({}, console.caller())
    const url = host.url()
    if (config.openBrowser) await openInBrowser(url, config.dataFolder)
    print(`The demo watch is on. Open ${url}`)
    print(addressNote(config))
    print('Break something from the bar at the top, or with Shift+D. It leaves nothing behind.')
    await untilStopped()
    await host.close()
  }
}
