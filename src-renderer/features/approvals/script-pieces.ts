/** A piece of a script as the card draws it: a variable that carries a value, or text. */
export interface ScriptPiece {
  text: string
  /** The name of the environment variable this piece reads, when it reads a known one. */
  variable: string | null
}

const VARIABLE = /\$(?:\{([A-Z_][A-Z0-9_]*)(?:[^}]*)\}|([A-Z_][A-Z0-9_]*))/g

/** Splits a script where it reads one of the given variables, so that what comes from outside can be marked. */
export function splitScript(script: string, names: readonly string[]): ScriptPiece[] {
  const pieces: ScriptPiece[] = []
  let from = 0
  for (const found of script.matchAll(VARIABLE)) {
    const name = found[1] ?? found[2] ?? ''
    if (!names.includes(name)) continue
    if (found.index > from) pieces.push({ text: script.slice(from, found.index), variable: null })
    pieces.push({ text: found[0], variable: name })
    from = found.index + found[0].length
  }
  if (from < script.length) pieces.push({ text: script.slice(from), variable: null })
  return pieces
}

/** A list of program arguments as one could type it, only to be read: what runs is the list itself. */
export function argvText(argv: readonly string[]): string {
  return argv.map((part) => (/^[\w./=:@%+,-]+$/.test(part) ? part : JSON.stringify(part))).join(' ')
}
