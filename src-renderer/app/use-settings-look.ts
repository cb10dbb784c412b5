import { useQuery } from '@tanstack/react-query'
import { rememberedLook, useLook } from '#ui/theme'
import { shellQueries } from './shell-queries'

/** Draws the window as the settings say; before they are read, as it was last time. */
export function useSettingsLook(): void {
  const { data } = useQuery(shellQueries.settings())
  const kept = data ?? rememberedLook()
  useLook(kept.theme, kept.density)
}
