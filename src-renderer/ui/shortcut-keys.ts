/** What a key press must look like. `mod` is ⌘ on Apple machines and Ctrl elsewhere. */
export interface KeyPress {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

const NAMED = new Set([
  'enter',
  'escape',
  'arrowup',
  'arrowdown',
  'arrowleft',
  'arrowright',
  'home',
  'end',
  'pageup',
  'pagedown',
  'tab',
  'backspace',
  'delete',
  ' ',
])

/** One press as a chord such as `mod+k`, `shift+r`, `?` or `escape`; undefined for a bare modifier. */
export function chordOf(press: KeyPress): string | undefined {
  if (['Control', 'Meta', 'Alt', 'Shift', 'Dead', 'Process'].includes(press.key)) return undefined
  const key = press.key.toLowerCase()
  const parts = [
    (press.ctrlKey || press.metaKey) && 'mod',
    press.altKey && 'alt',
    // A sign such as `?` is typed with Shift already: only letters and named keys tell it apart.
    press.shiftKey && (/^[a-z]$/.test(key) || NAMED.has(key)) && 'shift',
    key,
  ]
  return parts.filter(Boolean).join('+')
}

/** Milliseconds within which the second key of a sequence such as `g w` must follow. */
export const SEQUENCE_MS = 1200

/** What a chord means after the one before it: a whole shortcut, the beginning of a sequence, or nothing. */
export function matchKeys(
  known: readonly string[],
  before: string | undefined,
  chord: string,
): { kind: 'hit'; keys: string } | { kind: 'begin' } | { kind: 'none' } {
  const sequence = before === undefined ? undefined : `${before} ${chord}`
  if (sequence !== undefined && known.includes(sequence)) return { kind: 'hit', keys: sequence }
  if (known.includes(chord)) return { kind: 'hit', keys: chord }
  if (known.some((keys) => keys.startsWith(`${chord} `))) return { kind: 'begin' }
  return { kind: 'none' }
}
