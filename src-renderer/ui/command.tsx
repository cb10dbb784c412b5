import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { errorText } from './error-state'
import { closeToast, toast } from './toast-store'

interface CommandWords<Input, Output> {
  /** What the toast says when it is done; null for silence, when the screen shows it anyway. */
  done?: string | null | ((output: Output, input: Input) => string | null)
  /** Whether it came to what was wanted; when not, the toast asks for attention. Without it: it did. */
  wentWell?: (output: Output) => boolean
  /** Takes it back: the toast offers Undo. */
  undo?: (output: Output, input: Input) => void
  /** The title of the toast when it is refused, the refusal's own words under it; null where the screen shows them. */
  failed: string | null
  /** What to ask again at once; everything else is refreshed by the news. */
  refresh?: readonly QueryKey[]
  onDone?: (output: Output, input: Input) => void
}

/**
 * An order to main with everything around it: busy state, toast with undo, refusals in words, fresh data. Given twice
 * while it is under way, as a double click does, it is sent once.
 */
export function useCommand<Input, Output>(
  run: (input: Input) => Promise<Output>,
  { done = null, wentWell, undo, failed, refresh = [], onDone }: CommandWords<Input, Output>,
) {
  const client = useQueryClient()
  // The busy state is drawn a moment later; the second press of a double click comes before that.
  const [underWay] = useState(() => new Set<string>())
  const [complaints] = useState(() => new Set<number>())
  const order = useMutation({
    mutationFn: (input: Input) => run(input),
    onSuccess(output, input) {
      for (const complaint of complaints) closeToast(complaint) // it is done now
      complaints.clear()
      for (const queryKey of refresh) void client.invalidateQueries({ queryKey })
      const words = typeof done === 'function' ? done(output, input) : done
      if (words !== null) {
        const tone = wentWell?.(output) === false ? 'attention' : 'good'
        toast(words, { tone, ...(undo && { undo: () => undo(output, input) }) })
      }
      onDone?.(output, input)
    },
    onError(error) {
      if (failed !== null) complaints.add(toast(failed, { tone: 'bad', detail: errorText(error) }))
    },
    onSettled(_output, _error, input) {
      underWay.delete(JSON.stringify(input))
    },
  })
  function mutate(input: Input, options?: Parameters<typeof order.mutate>[1]) {
    const key = JSON.stringify(input)
    if (underWay.has(key)) return
    underWay.add(key)
    if (options === undefined) order.mutate(input)
    else order.mutate(input, options)
  }
  return { ...order, mutate }
}
