import { createLocal } from '#domains/local'
import { createSsh } from '#domains/ssh'
import type { Connectors } from './connection-service'

/** The real ones, as the app makes them. */
export function createConnectors(needs: Parameters<typeof createSsh>[0]): Connectors {
  return { local: createLocal(needs), ssh: createSsh(needs) }
}
