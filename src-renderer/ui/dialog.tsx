import { X } from 'lucide-react'
import {
  type MouseEvent,
  type ReactNode,
  type SyntheticEvent,
  useEffect,
  useId,
  useState,
} from 'react'
import { createPortal } from 'react-dom'
import { cx } from './class-names'
import { FloatingRoot } from './floating-root'
import { IconButton } from './icon-button'
import { PlainText } from './plain-text'

const WIDTH = { small: 'w-[440px]', normal: 'w-[600px]', wide: 'w-[920px]' }

interface DialogProps {
  open: boolean
  onClose: () => void
  title: ReactNode
  /** A sentence under the title. */
  description?: ReactNode
  width?: keyof typeof WIDTH
  /** Actions, primary last: bottom right. */
  footer?: ReactNode
  children?: ReactNode
}

/**
 * A modal over the screen, on the browser's own dialog: focus stays inside, Escape closes, focus goes back. It stands
 * outside of the form that opened it, so that a form of its own is sent alone.
 */
export function Dialog({ open, ...rest }: DialogProps) {
  return open ? <OpenDialog {...rest} /> : null
}

/** The browser's modal dialog around one's own content; a press outside or Escape closes it. */
export function useModal(onClose: () => void) {
  const [box, setBox] = useState<HTMLDialogElement | null>(null)
  useEffect(() => {
    if (box === null) return undefined
    const before = document.activeElement
    box.showModal()
    firstFocus(box).focus()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [box])
  return {
    /** For `FloatingRoot`: what floats over the dialog has to be inside it. */
    box,
    props: {
      ref: setBox,
      tabIndex: -1,
      onCancel: (cancel: SyntheticEvent) => {
        if (cancel.target !== cancel.currentTarget) return
        cancel.preventDefault()
        onClose()
      },
      onMouseDown: (press: MouseEvent) => {
        // The second press of the double click that opened it is no press beside it.
        if (press.target === press.currentTarget && press.detail < 2) onClose()
      },
    },
  }
}

/** What asks for the focus, else the first field, else the dialog itself: never a button that does something. */
function firstFocus(box: HTMLElement): HTMLElement {
  const wanted = box.querySelector<HTMLElement>('[data-autofocus]')
  return wanted ?? box.querySelector<HTMLElement>('input:not([readonly]), textarea') ?? box
}

function OpenDialog({ width = 'normal', footer, children, ...head }: Omit<DialogProps, 'open'>) {
  const { box, props } = useModal(head.onClose)
  const id = useId()
  return createPortal(
    <dialog
      {...props}
      onSubmit={(submit) => submit.stopPropagation()} // React would carry it on to the form around
      aria-labelledby={id}
      aria-describedby={head.description === undefined ? undefined : `${id}-about`}
      className={cx(
        'm-auto max-h-[86vh] max-w-[calc(100vw-32px)] animate-rise overflow-hidden rounded-card border border-strong bg-surface p-0 text-text shadow-float outline-none',
        WIDTH[width],
      )}
    >
      <FloatingRoot value={box}>
        <div className="flex max-h-[86vh] flex-col">
          <DialogHead id={id} {...head} />
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-5">{children}</div>
          {footer !== undefined && (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">
              {footer}
            </footer>
          )}
        </div>
      </FloatingRoot>
    </dialog>,
    document.body,
  )
}

function DialogHead({
  id,
  title,
  description,
  onClose,
}: Pick<DialogProps, 'title' | 'description' | 'onClose'> & { id: string }) {
  return (
    <header className="flex items-start gap-4 px-5 pt-4 pb-3">
      <div className="min-w-0 flex-1">
        <h2 id={id} className="text-lead font-semibold tracking-tight">
          {typeof title === 'string' ? <PlainText text={title} max={300} /> : title}
        </h2>
        {description !== undefined && (
          <p id={`${id}-about`} className="mt-0.5 text-muted">
            {description}
          </p>
        )}
      </div>
      <IconButton
        label="Close"
        keys="escape"
        icon={<X size={16} strokeWidth={1.75} />}
        onClick={onClose}
        className="-mt-1 -mr-2"
      />
    </header>
  )
}
