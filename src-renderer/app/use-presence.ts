import { useEffect } from 'react'
import { api } from '#api'

/** Main locks the vault when it hears nothing for a while; more often than this says nothing new. */
const EVERY_MS = 20_000
const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const

/** Tells main that somebody is at this console, by their keys and their mouse. */
export function usePresence(): void {
  useEffect(() => {
    let toldAt = Number.NEGATIVE_INFINITY
    function tell() {
      if (performance.now() - toldAt < EVERY_MS) return
      toldAt = performance.now()
      // A lost line is told elsewhere; the next key tells it again.
      api.credentials.present({}).catch(() => (toldAt = Number.NEGATIVE_INFINITY))
    }
    tell() // whoever opens a window is there
    for (const sign of SIGNS) addEventListener(sign, tell, { passive: true, capture: true })
    return () => {
      for (const sign of SIGNS) removeEventListener(sign, tell, { capture: true })
    }
  }, [])
}
