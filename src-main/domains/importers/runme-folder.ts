import { posix } from 'node:path'
import type { Report } from './draft'
import { freeName, variableOf } from './names'
import type { Session } from './runme-exports'
import type { StepCode } from './script-code'
import { type Part, quoted } from './spliced-shell'
import { at, type Item } from './yaml-tree'

interface Where {
  readonly values: Item
  readonly session: Session
  readonly report: Report
  readonly line: number
  readonly item: string
}

const LABEL = 'Folder in which the document was'

/**
 * Puts a cell into its folder. Runme joins the document's and the cell's; where that is relative it starts from the
 * folder of the document, which becomes an input.
 */
export function inFolder(
  step: StepCode,
  own: string | undefined,
  where: Where,
): (StepCode & { cwd?: string }) | { problem: string } {
  const folder = folderOf(at(where.values, 'cwd').text?.trim() ?? '', own?.trim() ?? '')
  if (folder === undefined) return step
  const item = `${where.item}: cwd`
  if (folder.startsWith('/')) {
    where.report.mapped(where.line, item, `It runs in \`${folder}\`.`)
    return { ...step, cwd: folder }
  }
  if (step.language !== 'sh' && step.language !== 'bash')
    return { problem: `it runs in \`${folder}\`, beside the document.` }
  where.report.changed(
    where.line,
    item,
    `\`${folder}\` starts from the document's folder, which is the input \`folder\` here.`,
  )
  return { ...step, code: `cd -- ${quoted(startOf(folder, where))}\n${step.code}` }
}

/** The document's folder and the cell's, joined; undefined when neither is given. */
function folderOf(document: string, own: string): string | undefined {
  if (document === '' && own === '') return undefined
  return own.startsWith('/') ? own : posix.join(document || '.', own || '.')
}

function startOf(folder: string, where: Where): Part[] {
  return folder === '~' || folder.startsWith('~/')
    ? [{ variable: 'HOME' }, { text: folder.slice(1) }]
    : [{ variable: variableOf(folderInput(where)) }, { text: `/${folder}` }]
}

function folderInput({ session }: Where): string {
  const known = session.inputs.find(({ label }) => label === LABEL)
  if (known) return known.name
  const name = freeName('folder', session.taken, '_')
  session.inputs.push({
    name,
    label: LABEL,
    type: 'text',
    required: true,
    default: null,
    pattern: '/.*',
    values: [],
    from: [],
  })
  return name
}
