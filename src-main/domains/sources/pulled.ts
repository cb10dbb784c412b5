import type { SourceKind } from '#contract/intake'
import type { Reading, SourceRequest } from './source'

/** How records of a kind's API are read, where they differ from what its webhooks send. */
export const PULLED: Readonly<Partial<Record<SourceKind, (request: SourceRequest) => Reading>>> = {}
