import type { ImportFormat } from '#contract/importers'
import { at, has, type Item, listOf, readTree, type Tree } from './yaml-tree'

/** What a text seems to be: a format, or why it is none. */
export type Recognised =
  | { readonly format: ImportFormat }
  | { readonly why: string; readonly todo: string; readonly line: number }

/** Tells a file's format by what is in it; its name only decides between two readings of Markdown. */
export function recognise(text: string, fileName: string): Recognised {
  const isMarkdown = /\.(md|mdr|mdx|markdown)$/i.test(fileName)
  if (isMarkdown) return { format: markdownFormat(text, fileName) }
  const tree = readTree(text)
  const format = 'documents' in tree ? treeFormat(tree.documents) : undefined
  if (format) return format
  if (looksLikeMarkdown(text)) return { format: markdownFormat(text, fileName) }
  return nothingKnown(tree)
}

function nothingKnown(tree: Tree): Recognised {
  if ('problem' in tree)
    return {
      why: tree.problem,
      todo: 'Export the file again, or say which format it is.',
      line: tree.line,
    }
  return {
    why: 'It is none of the formats that can be imported: Runme Markdown, HolmesGPT SKILL.md, Rundeck jobs, StackStorm action-chains and Orquesta workflows.',
    todo: 'Choose the file that holds the steps.',
    line: 1,
  }
}

/** A fence or a heading: what no YAML file of these systems begins a line with. */
function looksLikeMarkdown(text: string): boolean {
  return /^ {0,3}(```|~~~)/m.test(text) || /^#{1,6} \S/m.test(text)
}

function markdownFormat(text: string, fileName: string): ImportFormat {
  if (/(^|[/\\])SKILL\.md$/i.test(fileName)) return 'holmes-skill'
  const front = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)^---[ \t]*$/m.exec(text)?.[1] ?? ''
  if (/^runme:/m.test(front)) return 'runme'
  const isSkill = /^description:/m.test(front) && /^name:\s*["']?[a-z0-9-]+["']?\s*$/m.test(front)
  const isHolmes = /^##? +Goal\b/im.test(text) && /^##? +Workflow\b/im.test(text)
  return isSkill || isHolmes ? 'holmes-skill' : 'runme'
}

function treeFormat(documents: readonly Item[]): Recognised | undefined {
  const [first] = documents
  if (documents.some((document) => listOf(document).some((job) => has(job, 'sequence'))))
    return { format: 'rundeck' }
  if (at(first, 'chain').list) return { format: 'action-chain' }
  if (has(first, 'runner_type')) return actionFormat(first!)
  if (isMistral(first))
    return {
      why: 'It is a Mistral workflow, which StackStorm itself no longer runs.',
      todo: 'Convert it to Orquesta first (orquestaconvert).',
      line: 1,
    }
  if (at(first, 'tasks').map) return { format: 'orquesta' }
  return undefined
}

function isMistral(document: Item | undefined): boolean {
  if (!/^['"]?2(\.0)?['"]?$/.test(at(document, 'version').text ?? '')) return false
  return (
    [...(document?.map?.values() ?? [])].some((item) => has(item, 'tasks') || has(item, 'type')) ||
    has(document, 'workflows')
  )
}

/** An action's metadata: the workflow itself is in another file. */
function actionFormat(action: Item): Recognised {
  const runner = at(action, 'runner_type').text ?? ''
  const entry = at(action, 'entry_point').text
  if (/^(action-chain|orquesta)$/.test(runner))
    return {
      why: `It describes an action; its steps are in \`${entry ?? 'its entry_point'}\`.`,
      todo: 'Choose both files together: then the inputs keep their types.',
      line: at(action, 'runner_type').line,
    }
  return {
    why: `It is an action of the runner \`${runner}\`, not a workflow.`,
    todo: 'Choose the workflow that uses it.',
    line: at(action, 'runner_type').line,
  }
}
