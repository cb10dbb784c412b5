import type { Delivery, Source } from '#contract/intake'
import type { Tone } from '#ui/chip'
import { relativeTime, spokenTime } from '#ui/relative-time'

/** A source that has said nothing for this long is called quiet. */
const QUIET_MS = 10 * 60_000

/** How it stands with a source, in a few words. */
export function healthOf(source: Source, tick: number): { word: string; tone: Tone } {
  const { enabled, lastDeliveryAt, deadTotal } = source
  const now = Math.max(tick, lastDeliveryAt ?? 0) // the clock of a list ticks seldom: nothing came from the future
  if (!enabled) return { word: 'turned off', tone: 'neutral' }
  if (lastDeliveryAt === null) return { word: 'nothing yet', tone: 'neutral' }
  const quiet = now - lastDeliveryAt >= QUIET_MS
  const word = quiet
    ? `quiet for ${relativeTime(lastDeliveryAt, now)}`
    : spokenTime(lastDeliveryAt, now)
  if (deadTotal > 0) return { word: `${deadTotal} not read, ${word}`, tone: 'attention' }
  return { word, tone: quiet ? 'neutral' : 'good' }
}

/** What a delivery was, in a word. */
export function deliveryWord(
  delivery: Pick<Delivery, 'status' | 'firing' | 'resolved' | 'changes'>,
): {
  word: string
  tone: Tone
} {
  const { status, firing, resolved, changes } = delivery
  if (status === 'dead') return { word: 'not read', tone: 'attention' }
  if (status === 'waiting') return { word: 'needs a yes', tone: 'attention' }
  if (status === 'duplicate') return { word: 'same again', tone: 'neutral' }
  if (status === 'ignored') return { word: 'nothing to do', tone: 'neutral' }
  if (firing > 0) return { word: 'firing', tone: 'bad' }
  if (resolved > 0) return { word: 'resolved', tone: 'good' }
  if (changes > 0) return { word: 'change', tone: 'neutral' }
  return { word: status === 'stored' ? 'just in' : 'read', tone: 'neutral' }
}

/** `812 B`, `1.2 kB`, `3.4 MB`. */
export function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}

/** The address with all but the last four characters of its token hidden, as a screen may show it. */
export function maskAddress(url: string): string {
  const at = url.lastIndexOf('/')
  const token = url.slice(at + 1)
  return token.length < 8 ? url : `${url.slice(0, at + 1)}••••••••${token.slice(-4)}`
}

/** A name for the address, made of the title: lower case letters, digits and hyphens, a letter first. */
export function nameFrom(title: string): string {
  return title
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 60)
    .replace(/-+$/, '')
}

/** The name, or with a number behind it where it is taken: a second Grafana is `grafana-2`. */
export function freeName(name: string, taken: readonly string[]): string {
  if (name === '' || !taken.includes(name)) return name
  const numbered = (number: number) => `${name.slice(0, 55).replace(/-+$/, '')}-${number}`
  let number = 2
  while (taken.includes(numbered(number))) number += 1
  return numbered(number)
}

/** Deliveries that have all of the words in summary, source or reason. */
export function filterFeed(items: readonly Delivery[], text: string): readonly Delivery[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return items
  return items.filter(({ summary, source, reason, status }) => {
    const body = `${summary} ${source} ${reason} ${status}`.toLowerCase()
    return words.every((word) => body.includes(word))
  })
}

/** A body set out in lines when it is JSON, else null. Numbers stay as they were written: only spaces are added. */
export function prettyJson(body: string): string | null {
  try {
    JSON.parse(body)
  } catch {
    return null
  }
  return indentJson(body)
}

/** Works on the text of valid JSON, so that nothing of it is rounded, reordered or dropped. */
function indentJson(json: string): string {
  let depth = 0
  const line = (by: number) => `\n${'  '.repeat((depth += by))}`
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|[[{]\s*[\]}]|[[\]{},:]|\s+/g, (token) => {
    if (token === '{' || token === '[') return token + line(1)
    if (token === '}' || token === ']') return line(-1) + token
    if (token === ',') return token + line(0)
    if (token === ':') return ': '
    return token.trim() === '' ? '' : token.startsWith('"') ? token : token.replaceAll(/\s/g, '')
  })
}
