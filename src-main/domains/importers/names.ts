/** Characters nobody sees, which would make what is read differ from what runs. */
const HIDDEN = /[\u200B-\u200F\u202A-\u202E\u2060-\u2069\u{E0000}-\u{E007F}\uFEFF]/gu
// oxlint-disable-next-line no-control-regex -- to take them out is the point
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F\u2028\u2029]/g

/** The text without what nobody can see. */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(HIDDEN, '')
    .replaceAll(CONTROL, '')
}

/** One line of at most that many characters. */
export function oneLine(text: string, longest = 120): string {
  const line = visible(text).replaceAll(/\s+/g, ' ').trim()
  return line.length > longest
    ? `${line
        .slice(0, longest - 1)
        .toWellFormed()
        .trimEnd()}…`
    : line
}

function ascii(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '')
}

/** Lower-case words joined by hyphens, as a runbook's file is named, without `.md`. */
export function slugOf(text: string, otherwise = 'imported-runbook'): string {
  const words = ascii(text)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
  const slug = words.slice(0, 80).replaceAll(/^-+|-+$/g, '')
  if (slug === '') return otherwise
  return slug === 'readme' ? 'readme-runbook' : slug
}

const TAKEN_INPUTS = new Set(['ticket_id', 'run_id'])

/** A name for an input: `ProjectName` and `project-name` become `project_name`. */
export function inputNameOf(text: string): string {
  const words = ascii(text)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
  const name = (/^[a-z]/.test(words) ? words : `in_${words}`).slice(0, 36).replace(/_+$/, '')
  return TAKEN_INPUTS.has(name) ? `the_${name}` : name
}

/** A name for a step: what was given, with only the characters a step's name may have. */
export function stepNameOf(text: string, otherwise = 'step'): string {
  const name = ascii(visible(text))
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/-{2,}/g, '-')
    .replaceAll(/^[-._]+|[-._]+$/g, '')
    .slice(0, 60)
  if (name === 'irreversible' || name === 'none' || name === 'alert') return `${name}-step`
  return name === '' ? otherwise : name
}

/** The name, with a number where it is taken; takes it. */
export function freeName(wanted: string, taken: Set<string>, join = '-'): string {
  let name = wanted
  for (let n = 2; taken.has(name); n += 1) name = `${wanted}${join}${n}`
  taken.add(name)
  return name
}

/** The environment variable in which a step finds an input. */
export function variableOf(inputName: string): string {
  return `QD_${inputName.toUpperCase()}`
}
