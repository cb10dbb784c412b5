import { openInBrowser } from '#hosts/browser/open-browser'
import { askControl } from '#hosts/control'
import { type Flags, parseConfig } from '#platform/config'

const IN_ELECTRON =
  'Quarterdeck runs in Electron, so there is no address: its window was brought to the front. For the browser, quit it and use `quarterdeck start --host browser`.'

/** Asks the running console for a fresh address, opens it where there is a browser, and prints it; or shows its window. */
export async function open(flags: Flags): Promise<void> {
  const { dataFolder, openBrowser } = parseConfig(flags, process.env)
  const reply = await askControl(dataFolder, 'open')
  if ('url' in reply && openBrowser) await openInBrowser(reply.url, dataFolder)
  process.stdout.write(`${'url' in reply ? reply.url : IN_ELECTRON}\n`)
}
