import { posix } from 'node:path'
import type { Report } from './draft'
import { freeName, variableOf } from './names'
import type { Session } from './runme-exports'
import type { StepCode } from './script-code'
import { quoted } from './spliced-shell'
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
  const document = at(where.values, 'cwd').text?.trim()
  if (!own?.trim() && !document) return step
  const folder = own?.startsWith('/') ? own : posix.join(document || '.', own?.trim() || '.')
  if (folder.startsWith('/')) {
    where.report.mapped(where.line, `${where.item}: cwd`, `It runs in \`${folder}\`.`)
    return { ...step, cwd: folder }
  }
  if (step.language !== 'sh' && step.language !== 'bash')
    return { problem: `it runs in \`${folder}\`, beside the document.` }
  const start =
    folder === '~' || folder.startsWith('~/')
      ? [{ variable: 'HOME' }, { text: folder.slice(1) }]
      : [{ variable: variableOf(folderInput(where)) }, { text: `/${folder}` }]
  where.report.changed(
    where.line,
    `${where.item}: cwd`,
    `\`${folder}\` starts from the document's folder, which is the input \`folder\` here.`,
  )
  return { ...step, code: `cd -- ${quoted(start)}\n${step.code}` }
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
