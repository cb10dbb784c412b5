import type { ChildProgram, Host, Notice, PowerEvent } from '#platform/host'

interface Needs {
  dataFolder: string
  resources: string
  canNotify: boolean
  openExternal: (url: string) => Promise<void>
  notify: (notice: Notice) => void
  showWaiting: (approvals: number) => void
  onPower: (listener: (event: PowerEvent) => void) => () => void
  startProgram: (entry: string, args: readonly string[]) => ChildProgram
}

/** What Electron lends. */
export function createElectronHost({ canNotify, ...needs }: Needs): Host {
  return {
    ...needs,
    kind: 'electron',
    capabilities: [
      'tray',
      'open_external',
      ...(canNotify ? (['native_notifications'] as const) : []),
    ],
  }
}
