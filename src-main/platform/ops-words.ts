/** Words that carry no meaning in an alert or a runbook: English function words, and what every alert says. */
const STOP = new Set(
  (
    'a an and any are as at be been being but by can could did do does for from had has have if in into is it its ' +
    'may might more most no nor not of on or our out over per please should since so some such than that the their ' +
    'them then there these they this those to too under until up very via was we were what when where which while who ' +
    'why will with would you your been also about after all'
  ).split(' '),
)

/** Different spellings of one thing in operations; the right side is what is indexed. */
const SAME: Readonly<Record<string, string>> = {
  k8s: 'kubernetes',
  kube: 'kubernetes',
  pg: 'postgresql',
  postgres: 'postgresql',
  psql: 'postgresql',
}

const SPLIT = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g

/** The parts of an identifier: `KubePodOOMKilled_total` → kube pod oom killed total. */
export function splitIdentifier(text: string): string[] {
  return (text.match(SPLIT) ?? []).map((part) => part.toLowerCase())
}

/** A light stemmer: enough that fail, fails, failed and failing are one word. */
export function stem(word: string): string {
  if (word.length < 4) return word
  let w = word
  if (w.endsWith('ies') && w.length > 4) w = `${w.slice(0, -3)}y`
  else if (/(ss|sh|ch|x|z)es$/.test(w)) w = w.slice(0, -2)
  else if (w.endsWith('s') && !/(ss|us|is)$/.test(w)) w = w.slice(0, -1)
  if (w.endsWith('ing') && w.length > 5) w = undouble(w.slice(0, -3))
  else if (w.endsWith('ed') && w.length > 4) w = undouble(w.slice(0, -2))
  if (w.endsWith('e') && w.length > 3) w = w.slice(0, -1)
  return w
}
function undouble(w: string): string {
  return /([bdfgmnprt])\1$/.test(w) ? w.slice(0, -1) : w
}

/** What a text is searched by: identifiers split, lower case, stems, one spelling; no numbers and no function words. */
export function wordsOf(text: string): string[] {
  return splitIdentifier(text)
    .filter((word) => word.length > 1 && !STOP.has(word) && !/^\d/.test(word))
    .map((word) => stem(SAME[word] ?? word))
}
