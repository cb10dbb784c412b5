/** Does a name fit any of the operator's globs as a whole? `*` stands for anything; case does not count. */
export function fitsAny(name: string, globs: readonly string[]): boolean {
  return globs.some((glob) => fits(name.toLowerCase(), glob.toLowerCase().split('*')))
}

/** Piece by piece and not by a regular expression, which many stars could make slow. */
function fits(name: string, pieces: readonly string[]): boolean {
  const [first = '', ...rest] = pieces
  const last = rest.pop()
  if (last === undefined) return name === first
  if (!name.startsWith(first) || !name.endsWith(last)) return false
  let from = first.length
  for (const piece of rest) {
    const found = name.indexOf(piece, from)
    if (found === -1) return false
    from = found + piece.length
  }
  return from <= name.length - last.length
}
