import { Refusal } from '#contract'
import type { Connector } from './connector'

const NOT_YET = 'This version cannot reach hosts over SSH.'

export function createSshConnector(_needs: object): Connector {
  return {
    perform: async () => ({ status: 'not_started', reason: NOT_YET }),
    async *test() {
      yield { stage: 'name', state: 'failed', detail: NOT_YET, hostKey: null, tookMs: 0 }
    },
    async readHostKey() {
      throw new Refusal('unsupported', NOT_YET)
    },
    forget() {},
    close: async () => {},
  }
}
