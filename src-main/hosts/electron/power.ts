import { hearNetwork } from '#hosts/network-signs'
import type { PowerEvent } from '#platform/host'

const SIGNS = {
  suspend: 'suspend',
  resume: 'resume',
  'lock-screen': 'lock',
  'unlock-screen': 'unlock',
} as const satisfies Record<string, PowerEvent>

/** As much of Electron's `powerMonitor` as is used. */
export interface PowerSigns {
  on(sign: keyof typeof SIGNS, listener: () => void): unknown
  off(sign: keyof typeof SIGNS, listener: () => void): unknown
}

/** Hears what the machine does with its power. Returns how to stop listening. */
export function hearPower(signs: PowerSigns, listener: (event: PowerEvent) => void): () => void {
  const ends: (() => unknown)[] = (Object.keys(SIGNS) as (keyof typeof SIGNS)[]).map((sign) => {
    const tell = () => listener(SIGNS[sign])
    signs.on(sign, tell)
    return () => signs.off(sign, tell)
  })
  ends.push(hearNetwork(() => listener('network')))
  return () => {
    for (const end of ends) end()
  }
}
