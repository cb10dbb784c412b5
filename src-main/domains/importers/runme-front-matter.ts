import { parse } from 'smol-toml'
import { type Item, NOTHING, readTree } from './yaml-tree'

/** A document's front matter, and its text with that part blanked so that lines stay. */
export interface FrontMatter {
  readonly values: Item
  readonly body: string
  readonly problem: string | undefined
}

/** Runme's front matter in any of its three forms: YAML between `---`, TOML between `+++`, or a JSON object. */
export function readFrontMatter(text: string): FrontMatter {
  const match = /^(---|\+\+\+)[ \t]*\n([\s\S]*?)^\1[ \t]*(?:\n|$)/m.exec(text)
  if (match?.index === 0) {
    const body = blanked(match[0]) + text.slice(match[0].length)
    const read = match[1] === '---' ? readYaml(match[2]!) : readToml(match[2]!)
    return { ...read, body }
  }
  const json = /^\{[\s\S]*?^\}[ \t]*(?:\n|$)/m.exec(text)
  if (json?.index !== 0) return { values: NOTHING, body: text, problem: undefined }
  return { ...readYaml(json[0]), body: blanked(json[0]) + text.slice(json[0].length) }
}

function blanked(text: string): string {
  return text.replaceAll(/[^\n]/g, '')
}

type Read = Omit<FrontMatter, 'body'>

function readYaml(text: string): Read {
  const tree = readTree(text)
  if ('problem' in tree) return { values: NOTHING, problem: tree.problem }
  return { values: tree.documents[0] ?? NOTHING, problem: undefined }
}

function readToml(text: string): Read {
  try {
    // As JSON it is YAML, so that one reader serves the three forms.
    return readYaml(JSON.stringify(parse(text)))
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0]! : String(error)
    return { values: NOTHING, problem: `The front matter is not valid TOML: ${why}` }
  }
}
