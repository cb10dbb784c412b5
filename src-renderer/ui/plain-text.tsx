import { ShieldQuestionMark } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from './class-names'
import { splitHostileText } from './hostile-text'
import { Tooltip } from './tooltip'

export { safeString } from './hostile-text'

/** Most characters of one text that a screen draws; the rest is announced, never silently dropped. */
const MOST = 20_000

/** Text from outside, as text and nothing else: no markup, no reordering, hidden characters drawn as marks. */
export function PlainText({ text, max = MOST }: { text: string; max?: number }) {
  const shown = text.length > max ? text.slice(0, max) : text
  return (
    <bdi>
      {splitHostileText(shown).map((piece, index) =>
        piece.kind === 'text' ? (
          piece.text
        ) : (
          // oxlint-disable-next-line react/no-array-index-key -- the pieces of one text have no identity but their place
          <HiddenMark key={index} code={piece.code} name={piece.name} />
        ),
      )}
      {text.length > max && (
        <span className="text-muted">
          {' '}
          … {(text.length - max).toLocaleString('en')} more characters
        </span>
      )}
    </bdi>
  )
}

function HiddenMark({ code, name }: { code: string; name: string }) {
  return (
    <span
      title={`${name}: made visible, it could hide or reorder text`}
      className="mx-px inline-block rounded-[3px] bg-[#8f1d1d] px-1 align-baseline font-mono text-[0.78em] leading-[1.35] font-medium text-white"
    >
      {code}
    </span>
  )
}

/** A value that came from the alert: marked wherever it travels. */
export function Untrusted({
  children,
  term = false,
}: {
  children: ReactNode
  /** On the dark ground of a code block. */
  term?: boolean
}) {
  return (
    <mark
      className={cx(
        'rounded-[4px] px-1 py-px break-all [box-decoration-break:clone]',
        term ? 'bg-[#3a2a12] text-[#ffc27d]' : 'text-high tint-high',
      )}
    >
      {children}
    </mark>
  )
}

/** The sign beside text that nobody in this house wrote. */
export function UntrustedNote({ children = 'from the alert' }: { children?: ReactNode }) {
  return (
    <Tooltip text="Sent by the source. Shown as plain text, never run, never followed.">
      <span className="inline-flex items-center gap-1 text-caption font-medium whitespace-nowrap text-muted">
        <ShieldQuestionMark size={13} aria-hidden />
        {children}
      </span>
    </Tooltip>
  )
}
