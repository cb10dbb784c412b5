import { z } from 'zod'
import { command, event, query } from './define'
import { Empty } from './primitives'

export const Settings = z.strictObject({
  theme: z.enum(['dark', 'light', 'system']),
  density: z.enum(['compact', 'normal', 'relaxed']), // rows of 32, 40 or 56 px
  intakePort: z.int().min(0).max(65535), // 0 = any free port; default 8425
  vaultIdleMinutes: z.int().min(0).max(1440), // nobody at the console for so long locks the vault; 0 = never; default 15
  approvalMinutes: z.int().min(1).max(1440), // how long an approval waits; default 15
  keepDeliveriesDays: z.int().min(7).max(3650), // default 30; tickets and the audit log stay
  keepDeliveries: z.int().min(1000).max(10_000_000), // at most so many, default 1,000,000
  notifications: z.boolean(),
  /** Who is alone may approve what they asked for themselves, also what destroys. Without effect once there is a second approver. Default false. */
  singleOperator: z.boolean(),
  policyFile: z.string().max(1000), // a path; empty = `policy.yaml` in the data folder, if it is there
  offline: z.boolean(), // nothing leaves this machine except to hosts that steps run on; default false
  firstStartDone: z.boolean(), // one of the two doors was taken
  tourSeen: z.boolean(),
})
export type Settings = z.infer<typeof Settings>

/** What one chooses for oneself. Everything else can make the installation less safe, and is an admin's. */
const OWN = {
  theme: true,
  density: true,
  notifications: true,
  firstStartDone: true,
  tourSeen: true,
} as const

export const settings = {
  get: query(Empty, Settings),
  /** Only what is given changes. */
  update: command(Settings.pick(OWN).partial(), Settings, { role: 'viewer' }),
  /** The same for the rules of the installation: how long approvals wait, who may be alone, what may leave, what is kept. */
  govern: command(Settings.omit(OWN).partial(), Settings, { role: 'admin' }),
  changed: event(Settings),
}
