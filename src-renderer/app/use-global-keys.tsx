import { useQuery } from '@tanstack/react-query'
import { api } from '#api'
import { useGo } from '#ui/links'
import { useShortcut } from '#ui/shortcuts'
import { useCommand } from '#ui/command'
import { PLACES, type Place } from './screens'
import { shellQueries } from './shell-queries'

/** Keys that work on every screen. */
export function useGlobalKeys({
  onPalette,
  onKeys,
}: {
  onPalette: () => void
  onKeys: () => void
}): void {
  useShortcut('mod+k', 'Search or run a command', onPalette, {
    group: 'Everywhere',
    inFields: true,
  })
  useShortcut('?', 'Show all keys', onKeys, { group: 'Everywhere' })
  const switchTheme = useSwitchTheme()
  useShortcut('mod+shift+l', 'Switch between dark and light', switchTheme, {
    group: 'Everywhere',
    inFields: true,
  })
}

/** The `g …` sequences, one per entry of the rail. */
export function GoKeys() {
  return PLACES.flat().map((place) => <GoKey key={place.key} place={place} />)
}

function GoKey({ place }: { place: Place }) {
  const go = useGo()
  useShortcut(`g ${place.letter}`, place.title, () => go(place.href), { group: 'Go to' })
  return null
}

/** Turns the window dark or light for good; follows the system no longer. */
export function useSwitchTheme(): () => void {
  const { data } = useQuery(shellQueries.settings())
  const update = useCommand(api.settings.update, {
    failed: 'The theme was not kept',
    refresh: [['settings']],
  })
  return () => {
    const isDark = document.documentElement.dataset['theme'] !== 'light'
    if (data !== undefined) update.mutate({ theme: isDark ? 'light' : 'dark' })
  }
}
