import { cx } from './class-names'

const isApple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)
const NAMES: Readonly<Record<string, string>> = {
  mod: isApple ? '⌘' : 'Ctrl',
  shift: isApple ? '⇧' : 'Shift',
  alt: isApple ? '⌥' : 'Alt',
  enter: '↵',
  escape: 'Esc',
  up: '↑',
  down: '↓',
}

/** The caps as this machine's keyboard shows them: `mod+k` becomes `⌘K` or `Ctrl K`, `g w` becomes `G W`. */
export function keyLabel(keys: string): string {
  return keys
    .split(' ')
    .map((chord) =>
      chord
        .split('+')
        .map((key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key))
        .join(isApple ? '' : ' '),
    )
    .join(' ')
}

/** The same for `aria-keyshortcuts`, which knows chords but no sequences. */
export function ariaKeys(keys: string | undefined): string | undefined {
  if (keys === undefined || keys.includes(' ')) return undefined
  return keys
    .split('+')
    .map((key) =>
      key === 'mod' ? (isApple ? 'Meta' : 'Control') : key.charAt(0).toUpperCase() + key.slice(1),
    )
    .join('+')
}

/** The visible hint for a shortcut. Decorative for screen readers when the control carries `aria-keyshortcuts`. */
export function Kbd({ keys, className }: { keys: string; className?: string | undefined }) {
  return (
    <kbd
      aria-hidden
      className={cx(
        'inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-[5px] border border-current/25 px-1',
        'bg-current/5 font-sans text-[10.5px] leading-none font-semibold whitespace-nowrap',
        className,
      )}
    >
      {keyLabel(keys)}
    </kbd>
  )
}
