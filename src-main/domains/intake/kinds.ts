import type { SourceKind } from '#contract/intake'
import { alertmanager } from './alertmanager'
import { cloudevents } from './cloudevents'
import { generic } from './generic'
import type { SourceReader } from './source'

/** Every kind of sender that can be read. */
export const KINDS: Readonly<Record<SourceKind, SourceReader>> = {
  alertmanager,
  cloudevents,
  generic,
}
