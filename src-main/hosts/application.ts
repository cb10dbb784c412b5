import type { Bridge } from '#bridge/serve'
import type { Events } from '#platform/events'
import type { Host } from '#platform/host'
import type { Log } from '#platform/log'

/** What the whole of Quarterdeck gives to the host that shows it. */
export interface Application {
  readonly bridge: Bridge
  readonly events: Events
  readonly log: Log
  close(): Promise<void>
}

/** Builds the house on what the host lends. */
export type Compose = (host: Host) => Promise<Application>
