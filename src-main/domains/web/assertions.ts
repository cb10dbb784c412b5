import type { JsonAssertion, Range, RequestAction } from '#contract/actions'
import type { HttpResponse } from '#platform/http-client'

/** What is not as the step says it has to be, in words; undefined when all is. */
export function findUnmet(
  { status: wanted, json }: Pick<RequestAction, 'status' | 'json'>,
  response: HttpResponse,
): string | undefined {
  const { status } = response
  if (!wanted.some(({ min, max }) => status >= min && status <= max))
    return `The service answered ${status}, and ${wanted.map(rangeWords).join(' or ')} was expected.`
  if (json.length === 0) return undefined
  const document = parse(response)
  if (document === undefined)
    return 'The service did not answer with JSON, so it cannot be checked.'
  return json.map((assertion) => unmet(assertion, document.value)).find(Boolean)
}

function rangeWords({ min, max }: Range): string {
  return min === max ? `${min}` : `${min} to ${max}`
}

function parse({ body }: HttpResponse): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(body.toString('utf8')) }
  } catch {
    return undefined
  }
}

function unmet({ path, is, value }: JsonAssertion, document: unknown): string | undefined {
  const found = valueAt(path, document)
  if (found === undefined) return `The answer has nothing at ${path}.`
  if (is === 'exists' || holds(found, is, value)) return undefined
  return `The answer has ${JSON.stringify(found)?.slice(0, 200)} at ${path}, and ${is} ${value} was expected.`
}

/** The value at a path such as `$.items[0].name`; undefined where there is none. */
function valueAt(path: string, document: unknown): unknown {
  let value = document
  for (const [, name, index] of path.matchAll(/\.([A-Za-z_][\w-]*)|\[(\d+)\]/g)) {
    if (typeof value !== 'object' || value === null) return undefined
    const key = name ?? index!
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
  }
  return value
}

function holds(found: unknown, is: Exclude<JsonAssertion['is'], 'exists'>, value: string): boolean {
  const text = typeof found === 'string' ? found : JSON.stringify(found)
  if (is === '==') return text === value
  if (is === '!=') return text !== value
  const [left, right] = [Number(text), Number(value)]
  // What is no number is neither more nor less than one.
  if (text.trim() === '' || Number.isNaN(left) || Number.isNaN(right)) return false
  return { '<': left < right, '<=': left <= right, '>': left > right, '>=': left >= right }[is]
}
