import type { z } from 'zod'

const SHOWN = 3
const LONGEST = 160

/** What does not fit the contract, as one sentence for an operator. It repeats no value: input may hold a secret. */
export function toSentence(error: z.ZodError): string {
  const parts = error.issues.slice(0, SHOWN).map(({ path, message }) => {
    const text = shorten(message.replace(/[.]$/, ''))
    return path.length > 0 ? `\`${shorten(path.map(String).join('.'))}\`: ${text}` : text
  })
  const more = error.issues.length - parts.length
  const rest = more > 0 ? `; and ${more} more` : ''
  return `This does not fit: ${parts.join('; ')}${rest}. Nothing was changed.`
}

function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`
}
