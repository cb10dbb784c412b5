import { useEffect, useState } from 'react'

/** What lies over the screen now. */
export type FloatingKind = 'palette' | 'keys' | null

type Parts = typeof import('./palette') & typeof import('./keyboard-map')

/** Milliseconds after the start: the screen comes first. */
const AFTER_START_MS = 400

/**
 * The palette and the keyboard map. They are loaded before they are asked for and drawn at once, without a fallback:
 * what is typed right after the key must land in them, never on the screen below.
 */
export function Floating({
  what,
  onShow,
}: {
  what: FloatingKind
  onShow: (what: FloatingKind) => void
}) {
  const [parts, setParts] = useState<Parts | null>(null)
  const isWanted = what !== null
  useEffect(() => {
    if (parts !== null) return undefined
    const timer = setTimeout(load, isWanted ? 0 : AFTER_START_MS)
    return () => clearTimeout(timer)
    async function load() {
      setParts({ ...(await import('./palette')), ...(await import('./keyboard-map')) })
    }
  }, [parts, isWanted])
  if (what === null) return null
  // Takes the keys until the real one is there.
  if (parts === null) return <dialog open className="hidden" />
  const { Palette, KeyboardMap } = parts
  const close = () => onShow(null)
  return what === 'palette' ? (
    <Palette onClose={close} onKeys={() => onShow('keys')} />
  ) : (
    <KeyboardMap onClose={close} />
  )
}
