import { type FormEvent, useRef, useState } from 'react'
import { api } from '#api'
import type { TicketId } from '#contract/primitives'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { TextArea } from '#ui/input'
import { useShortcut } from '#ui/shortcuts'

/** A note for whoever comes next. Ctrl or ⌘ with Enter keeps it. */
export function CommentBox({ ticketId }: { ticketId: TicketId }) {
  const [text, setText] = useState('')
  const box = useRef<HTMLFormElement>(null)
  const comment = useCommand(api.tickets.comment, {
    failed: 'The comment was not kept; it is still in the box',
    refresh: [['tickets', 'timeline', { id: ticketId }]],
    onDone: () => setText(''),
  })
  useShortcut('c', 'Comment', () => box.current?.querySelector('textarea')?.focus(), {
    group: 'Ticket',
  })
  const isReady = text.trim() !== '' && !comment.isPending
  function send(submit?: FormEvent) {
    submit?.preventDefault()
    if (isReady) comment.mutate({ id: ticketId, text: text.trim() })
  }
  return (
    <form ref={box} onSubmit={send} className="mt-1 flex items-end gap-2 border-t border-line pt-3">
      <TextArea
        aria-label="Comment"
        aria-keyshortcuts="c"
        rows={text === '' ? 1 : 3}
        maxLength={10_000}
        placeholder="Add a comment for whoever comes next"
        value={text}
        onChange={(change) => setText(change.target.value)}
        onKeyDown={(press) => {
          if (press.key === 'Enter' && (press.metaKey || press.ctrlKey)) send()
          if (press.key === 'Escape') press.currentTarget.blur()
        }}
      />
      <Button
        type="submit"
        busy={comment.isPending}
        disabled={!isReady}
        keys={text === '' ? 'c' : 'mod+enter'}
      >
        Comment
      </Button>
    </form>
  )
}
