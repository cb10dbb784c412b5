import { createStore } from './external-store'

export type ToastTone = 'neutral' | 'good' | 'bad' | 'attention'

export interface Toast {
  id: number
  tone: ToastTone
  title: string
  detail: string
  action: { label: string; run: () => void } | null
  /** Milliseconds it stays; null until it is closed by hand. */
  staysMs: number | null
}

const MOST = 4
let lastId = 0
export const toasts = createStore<readonly Toast[]>([])

interface ToastOptions {
  tone?: ToastTone
  detail?: string
  /** Takes back what was just done. The toast stays a little longer. */
  undo?: () => void
  action?: { label: string; run: () => void }
}

/** Tells the operator that something happened. Bad news stay until they are closed. Returns an id for `closeToast`. */
export function toast(title: string, options: ToastOptions = {}): number {
  lastId += 1
  const { tone = 'neutral', detail = '', undo, action } = options
  const shown = undo === undefined ? (action ?? null) : { label: 'Undo', run: undo }
  const staysMs = tone === 'bad' ? null : shown === null ? 4_000 : 8_000
  const next: Toast = { id: lastId, tone, title, detail, action: shown, staysMs }
  toasts.set([...toasts.get(), next].slice(-MOST))
  return next.id
}

export function closeToast(id: number): void {
  toasts.set(toasts.get().filter((one) => one.id !== id))
}
