import { createContext, use } from 'react'

/** Where tooltips and menus are drawn: inside the open dialog, which lies over everything else, or in the page. */
export const FloatingRoot = createContext<HTMLElement | null>(null)

export function useFloatingRoot(): HTMLElement | null {
  return use(FloatingRoot)
}
