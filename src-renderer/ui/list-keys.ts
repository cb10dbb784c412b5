/** Where a key moves the selection in a list of `count` rows; undefined when the key does not move it. */
export function moveInList(
  key: string,
  at: number,
  count: number,
  page: number,
): number | undefined {
  if (count === 0) return undefined
  const last = count - 1
  const to = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: last,
  }[key]
  if (to === undefined) return undefined
  // Nothing chosen yet: down begins at the top, up at the bottom.
  if (at < 0) return key === 'ArrowUp' || key === 'End' ? last : 0
  return Math.min(last, Math.max(0, to))
}
