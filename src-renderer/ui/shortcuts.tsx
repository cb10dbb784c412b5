import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import { createStore } from './external-store'
import { chordOf, matchKeys, SEQUENCE_MS } from './shortcut-keys'

export interface Shortcut {
  /** `e`, `shift+r`, `mod+k`, or a sequence such as `g w`. */
  keys: string
  label: string
  /** The heading in the keyboard map. */
  group: string
  /** Also while a dialog is open. */
  inDialog: boolean
  /** Also while typing in a field; only for chords with `mod`. */
  inFields: boolean
  run: () => void
}

/** All shortcuts that work now, for the keyboard map and the palette. The last one registered for a key wins. */
export const shortcuts = createStore<readonly Shortcut[]>([])

interface ShortcutOptions {
  group?: string
  inDialog?: boolean
  inFields?: boolean
  /** Off for now: neither works nor shows. */
  off?: boolean
}

/** Lets a key do something while this component is on screen. It shows in the `?` map by itself. */
export function useShortcut(
  keys: string,
  label: string,
  run: () => void,
  options: ShortcutOptions = {},
) {
  const { group = 'This screen', inDialog = false, inFields = false, off = false } = options
  const latest = useEffectEvent(run)
  useEffect(() => {
    if (off) return undefined
    const mine: Shortcut = { keys, label, group, inDialog, inFields, run: () => latest() }
    shortcuts.set([...shortcuts.get(), mine])
    return () => shortcuts.set(shortcuts.get().filter((one) => one !== mine))
  }, [keys, label, group, inDialog, inFields, off])
}

export function useShortcutList(): readonly Shortcut[] {
  return useSyncExternalStore(shortcuts.subscribe, shortcuts.get)
}

/** Whether keys typed there are text and not commands. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable) return true
  if (target.shadowRoot?.activeElement) return isTyping(target.shadowRoot.activeElement)
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

export function isDialogOpen(): boolean {
  return document.querySelector('dialog[open], [role="menu"]') !== null
}

/** Listens for the window's keys. Once per window; returns how to stop. */
export function listenForShortcuts(): () => void {
  let before: { chord: string; at: number } | undefined
  function onKey(press: KeyboardEvent) {
    const chord = press.isComposing ? undefined : chordOf(press)
    if (chord === undefined || press.defaultPrevented) return
    const usable = usableNow(press.target)
    const fresh = before !== undefined && press.timeStamp - before.at < SEQUENCE_MS
    const match = matchKeys(
      usable.map((one) => one.keys),
      fresh ? before?.chord : undefined,
      chord,
    )
    before = match.kind === 'begin' ? { chord, at: press.timeStamp } : undefined
    if (match.kind !== 'hit') return
    press.preventDefault()
    usable.findLast((one) => one.keys === match.keys)?.run()
  }
  window.addEventListener('keydown', onKey)
  return () => window.removeEventListener('keydown', onKey)
}

function usableNow(target: EventTarget | null): readonly Shortcut[] {
  const typing = isTyping(target)
  const dialog = isDialogOpen()
  return shortcuts.get().filter((one) => (!typing || one.inFields) && (!dialog || one.inDialog))
}
