import type { Settings as Values } from '#contract/settings'
import type { Serves } from '#platform/caller'

// Settings of this console, parsed once and told as news when they change.
export interface Settings extends Serves<'settings'> {
  current(): Values
}
