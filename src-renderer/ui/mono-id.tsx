import { Copy } from 'lucide-react'
import { cx } from './class-names'
import { copyText } from './clipboard'
import { Tooltip } from './tooltip'

/** The start of a long id or hash: prefix and six characters, or `first…last` four of a hash. */
export function shortId(id: string): string {
  if (/^[0-9a-f]{40,}$/.test(id)) return `${id.slice(0, 6)}…${id.slice(-4)}`
  const line = id.indexOf('_')
  if (line > 0 && id.length > line + 10) return `${id.slice(0, line + 1)}…${id.slice(-6)}`
  return id.length > 28 ? `${id.slice(0, 14)}…${id.slice(-8)}` : id
}

/** An id in mono: shown short, whole on hover, copied on click. */
export function MonoId({ id, className }: { id: string; className?: string }) {
  return (
    <Tooltip text={<span className="font-mono">{id}</span>}>
      <button
        type="button"
        onClick={() => void copyText(id, 'Id copied')}
        aria-label={`Copy ${id}`}
        className={cx(
          'group inline-flex max-w-full items-center gap-1 rounded-[4px] font-mono text-small text-muted hover:text-text',
          className,
        )}
      >
        <span className="truncate">{shortId(id)}</span>
        <Copy
          size={12}
          aria-hidden
          className="shrink-0 opacity-0 transition-opacity group-hover:opacity-100 group-focus-visible:opacity-100"
        />
      </button>
    </Tooltip>
  )
}
