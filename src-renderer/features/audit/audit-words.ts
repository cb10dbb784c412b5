/** `approval.approved` → `Approval approved`. */
export function actionWords(action: string): string {
  const words = action.replaceAll(/[._]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The facts of an entry in one line: `tier change, hash 6b1f…`. */
export function detailLine(detail: string): string {
  const parsed: unknown = JSON.parse(detail)
  if (typeof parsed !== 'object' || parsed === null) return detail
  return Object.entries(parsed)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
}

/** The same, laid out for reading. */
export function detailText(detail: string): string {
  return JSON.stringify(JSON.parse(detail), null, 2)
}
