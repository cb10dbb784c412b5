import { compose } from '#compose'
import { startElectron } from '#hosts/electron/start-electron'
import { parseConfig } from '#platform/config'
import { createLog } from '#platform/log'
import { createMasking } from '#platform/masking'

void startElectron(() => {
  const config = parseConfig({}, process.env)
  return {
    dataFolder: config.dataFolder,
    log: createLog(createMasking(), config.logLevel),
    async compose(host) {
      const console = await compose(host, config)
      await console.intake.start()
      console.pulls.start()
      return console
    },
  }
})
