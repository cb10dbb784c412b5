import { useEffect, useSyncExternalStore } from 'react'
import { createStore } from './external-store'

export type Theme = 'dark' | 'light' | 'system'
export type Density = 'compact' | 'normal' | 'relaxed'

const THEMES: readonly Theme[] = ['dark', 'light', 'system']
const DENSITIES: readonly Density[] = ['compact', 'normal', 'relaxed']
const KEY = 'quarterdeck.look'
const light = () => window.matchMedia('(prefers-color-scheme: light)')

const drawn = createStore<Density>('normal')

/** How close the rows of lists stand in this window. */
export function useDensity(): Density {
  return useSyncExternalStore(drawn.subscribe, drawn.get)
}

/** Draws the window in this theme and density, and remembers it so that the next start does not flash. */
export function applyLook(theme: Theme, density: Density): void {
  const dark = theme === 'dark' || (theme === 'system' && !light().matches)
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
  document.documentElement.dataset['density'] = density
  drawn.set(density)
  try {
    localStorage.setItem(KEY, `${theme} ${density}`)
  } catch {
    // Storage may be off: the settings still come from main a moment later.
  }
}

/** The look of the last start, before the settings have been read. */
export function rememberedLook(): { theme: Theme; density: Density } {
  try {
    const [theme, density] = (localStorage.getItem(KEY) ?? '').split(' ')
    return {
      theme: THEMES.find((one) => one === theme) ?? 'dark',
      density: DENSITIES.find((one) => one === density) ?? 'normal',
    }
  } catch {
    return { theme: 'dark', density: 'normal' }
  }
}

/** Keeps the window in the look of the settings, and follows the system when they say so. */
export function useLook(theme: Theme, density: Density): void {
  useEffect(() => {
    applyLook(theme, density)
    if (theme !== 'system') return undefined
    const media = light()
    const follow = () => applyLook(theme, density)
    media.addEventListener('change', follow)
    return () => media.removeEventListener('change', follow)
  }, [theme, density])
}
