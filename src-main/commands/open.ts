import { askControl } from '#hosts/browser/control'
import { openInBrowser } from '#hosts/browser/open-browser'
import { type Flags, parseConfig } from '#platform/config'

/** Asks the running console for a fresh address, opens it where there is a browser, and prints it. */
export async function open(flags: Flags): Promise<void> {
  const { dataFolder, openBrowser } = parseConfig(flags, process.env)
  const url = await askControl(dataFolder, 'open')
  if (openBrowser) await openInBrowser(url, dataFolder)
  process.stdout.write(`${url}\n`)
}
