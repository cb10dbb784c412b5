/** An object's own value; never one of its prototype. */
export function valueAt(holder: unknown, key: string): unknown {
  if (!isObject(holder) || !Object.hasOwn(holder, key)) return undefined
  return holder[key]
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Text or a number as text; empty for anything else. */
export function textAt(holder: unknown, key: string): string {
  const value = valueAt(holder, key)
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

/** Milliseconds of a time in RFC 3339; undefined when it is none. */
export function timeAt(holder: unknown, key: string): number | undefined {
  const at = Date.parse(textAt(holder, key))
  return Number.isFinite(at) && at >= 0 ? at : undefined
}
