import { Copy } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from './class-names'
import { copyText } from './clipboard'
import { PlainText } from './plain-text'

/** Code or output exactly as it is, dark in both themes. Hidden and reversing characters are made visible. */
export function CodeBlock({
  code,
  label,
  children,
  wrap = false,
  className,
}: {
  /** What the copy button takes; also what is shown unless `children` are given. */
  code: string
  /** Read aloud: what this is. */
  label: string
  children?: ReactNode
  wrap?: boolean
  className?: string
}) {
  return (
    <div
      className={cx(
        'group relative min-w-0 rounded-[10px] border border-terminal-line bg-terminal text-term-text',
        className,
      )}
    >
      <pre
        aria-label={label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region has to be reachable by keyboard
        tabIndex={0}
        role="region"
        className={cx(
          'max-h-[420px] overflow-auto rounded-[10px] p-3.5 text-small leading-[1.6]',
          wrap ? 'break-all whitespace-pre-wrap' : 'whitespace-pre',
        )}
      >
        {children ?? <PlainText text={code} />}
      </pre>
      <button
        type="button"
        aria-label={`Copy ${label}`}
        onClick={() => void copyText(code)}
        className="absolute top-2 right-2 rounded-chip bg-terminal p-1.5 text-term-muted transition-colors hover:text-term-text"
      >
        <Copy size={14} />
      </button>
    </div>
  )
}
