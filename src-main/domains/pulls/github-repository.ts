import { z } from 'zod'
import { Mark } from './sift'

/** What is known of a repository between two pulls. */
export const Repository = z.object({
  fullName: z.string(),
  defaultBranch: z.string(),
  /** When the two were asked for: either may change. */
  askedAt: z.int(),
  commits: Mark,
  pulls: Mark,
  deployments: Mark,
  /** The newest status known of each deployment in the window, with its tag. */
  statuses: z.record(z.string(), z.object({ id: z.string(), over: z.boolean() })),
  runs: Mark,
})
export type Repository = z.infer<typeof Repository>
