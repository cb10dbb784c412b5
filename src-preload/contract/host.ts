import { z } from 'zod'
import { command, event, query } from './define'
import { Empty, Timestamp } from './primitives'

export const HostStatus = z.strictObject({
  version: z.string(),
  host: z.enum(['electron', 'browser']),
  platform: z.string(),
  node: z.string(),
  dataFolder: z.string(),
  store: z.enum(['sqlite', 'postgres']),
  capabilities: z.array(z.enum(['tray', 'native_notifications', 'open_external', 'updater'])),
  startedAt: Timestamp,
  memoryBytes: z.int(),
})
export type HostStatus = z.infer<typeof HostStatus>

export const host = {
  status: query(Empty, HostStatus),
  /** Opens a web address in the system's browser; `http:` and `https:` only. `unsupported` in the browser host. */
  openExternal: command(z.strictObject({ url: z.url({ protocol: /^https?$/ }) }), Empty),
  /** A copy of the store, made while everything goes on. SQLite only; `unsupported` on PostgreSQL (use pg_dump). */
  backup: command(Empty, z.strictObject({ path: z.string(), sizeBytes: z.int() })),
  /** The operator clicked a notification or the tray: the window shows this route of the interface. */
  goTo: event(
    z.strictObject({ route: z.string().max(300).regex(/^[/]/, 'a route of the interface') }),
  ),
}
