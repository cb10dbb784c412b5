import { toast } from './toast-store'

/** Copies a text and says so. Where the browser refuses, the toast says what to do instead. */
export async function copyText(text: string, what = 'Copied'): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    toast(what, { tone: 'good' })
  } catch {
    toast('The clipboard is not available', {
      tone: 'attention',
      detail: 'Select the text and copy it with the keyboard.',
    })
  }
}
