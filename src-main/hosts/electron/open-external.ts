import type { Shell } from 'electron'
import { Refusal } from '#contract'

const SAFE = new Set(['https:', 'http:', 'mailto:'])

/** The only way out to the system's browser. Refused with `invalid_input` for whatever could start a program. */
export function createOpenExternal(
  shell: Pick<Shell, 'openExternal'>,
): (address: string) => Promise<void> {
  return async (address) => {
    const url = URL.canParse(address) ? new URL(address) : undefined
    if (!url || !SAFE.has(url.protocol)) {
      throw new Refusal(
        'invalid_input',
        'Only web and mail addresses can be opened. Nothing was opened.',
      )
    }
    await shell.openExternal(url.href)
  }
}
