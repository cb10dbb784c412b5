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

/** What the machine around us lends: Electron, a plain Node process, or a test. */
export interface Host {
  readonly kind: HostStatus['host']
  readonly capabilities: HostStatus['capabilities']
  readonly dataFolder: string
  /** Folder with runbooks/, agents/, demo/ and icons/. */
  readonly resources: string
  /** Opens an address in the system's browser. Undefined where there is none. */
  readonly openExternal: ((url: string) => Promise<void>) | undefined
  /** Starts a bundled program of ours by its entry's name, e.g. `demo-service`. */
  startProgram(entry: string, args: readonly string[]): ChildProgram
}
