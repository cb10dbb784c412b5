import type { HostStatus } from '#contract/host'

/** A child that runs one of our own bundled programs under the same Node. Electron has no `child_process` for that. */
export interface ChildProgram {
  readonly pid: number | undefined
  /** Sends one JSON message. */
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onExit(listener: (code: number | null) => void): void
  kill(): void
}

/** One thing to tell an operator who looks elsewhere. `route` is where a click leads, e.g. `/approvals/apr_…`. */
export interface Notice {
  readonly id: string
  readonly title: string
  readonly body: string
  readonly route: string
}

/**
 * What the machine told us about itself. After `resume` the clock has jumped and connections are stale; after `network`
 * it is no longer in a network that it was in.
 */
export type PowerEvent = 'suspend' | 'resume' | 'lock' | 'unlock' | 'network'

/** What the machine around us lends: Electron, a plain Node process, or a test. */
export interface Host {
  readonly kind: HostStatus['host']
  readonly capabilities: HostStatus['capabilities']
  readonly dataFolder: string
  /** Folder with runbooks/, agents/, demo/ and icons/. */
  readonly resources: string
  /** Opens an address in the system's browser. Undefined where there is none. */
  readonly openExternal: ((url: string) => Promise<void>) | undefined
  /** Shows a notification of the system; one with the same id replaces the last. Absent where the page does it itself. */
  readonly notify?: (notice: Notice) => void
  /** Shows how many approvals wait, on tray, dock or taskbar. Absent where there is none of them. */
  readonly showWaiting?: (approvals: number) => void
  /** Returns how to stop listening. A plain Node host hears `resume` and `network` only. */
  readonly onPower?: (listener: (event: PowerEvent) => void) => () => void
  /** Starts a bundled program of ours by its entry's name, e.g. `demo-service`. */
  startProgram(entry: string, args: readonly string[]): ChildProgram
}
