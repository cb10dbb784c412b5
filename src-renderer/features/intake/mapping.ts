import type { GenericMapping } from '#contract/intake'

/** The value at a JSON Pointer (RFC 6901); undefined when there is none or the pointer is empty. */
export function atPointer(value: unknown, pointer: string): unknown {
  if (pointer === '') return undefined
  let here = value
  for (const part of pointer.replace(/^\//, '').split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined
    here = (here as Record<string, unknown>)[key]
  }
  return here
}

export type PointerField = Exclude<keyof GenericMapping, 'resolvedValues' | 'severityMap'>

/** The places a mapping names, in the order in which they are asked for. */
export const PLACES: readonly {
  field: PointerField
  label: string
  help: string
  empty?: string
}[] = [
  { field: 'items', label: 'List of signals', help: '', empty: 'none: the body is one signal' },
  { field: 'title', label: 'Title', help: 'needed: without it nothing is read' },
  { field: 'description', label: 'Description', help: '' },
  { field: 'status', label: 'Status', help: 'says when it is over' },
  { field: 'severity', label: 'Severity', help: '' },
  { field: 'service', label: 'Service', help: '' },
  { field: 'host', label: 'Host', help: '' },
  {
    field: 'fingerprint',
    label: 'Fingerprint',
    help: '',
    empty: 'made of title, service and host',
  },
  { field: 'link', label: 'Link', help: '' },
]

/** What is found at each place of an example; null when the example is no JSON or has no list where one should be. */
export function tryMapping(
  mapping: GenericMapping,
  example: string,
): { count: number; found: Partial<Record<PointerField, unknown>> } | null {
  let body: unknown
  try {
    body = JSON.parse(example)
  } catch {
    return null
  }
  const items = mapping.items === '' ? [body] : atPointer(body, mapping.items)
  if (!Array.isArray(items)) return null
  const found = Object.fromEntries(
    PLACES.filter(({ field }) => field !== 'items').map(({ field }) => [
      field,
      atPointer(items[0], mapping[field]),
    ]),
  )
  return { count: items.length, found }
}

/** Why a place is no JSON Pointer, in words; null when it is one. */
export function pointerProblem(pointer: string): string | null {
  if (pointer === '' || /^\/(?:[^~]|~[01])*$/.test(pointer)) return null
  return pointer.startsWith('/')
    ? 'In a pointer, ~ is written ~0 and / is written ~1.'
    : `Begins with a slash: /${pointer.replaceAll('.', '/')}`
}
