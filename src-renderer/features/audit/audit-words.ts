import { paths } from '#ui/links'
import { clockTime } from '#ui/relative-time'

/** `approval.approved` → `Approval approved`. */
export function actionWords(action: string): string {
  const words = action.replaceAll(/[._]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The facts of an entry in one line: `tier change, hash 6b1f0c…`. What is null is left out, hashes are cut. */
export function detailLine(detail: string): string {
  const parsed: unknown = JSON.parse(detail)
  if (typeof parsed !== 'object' || parsed === null) return detail
  return facts(parsed).join(', ')
}

function facts(value: object): string[] {
  return Object.entries(value).flatMap(([name, fact]: [string, unknown]) => {
    if (fact === null || fact === '') return []
    if (typeof fact === 'object') {
      const inside = facts(fact)
      return inside.length === 0 ? [] : [`${nameWords(name)}: ${inside.join(', ')}`]
    }
    return [`${nameWords(name)} ${factText(name, fact)}`]
  })
}

/** `approvalId` → `approval id`. A place in a list has no name. */
function nameWords(name: string): string {
  return name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
}

const TIME_NAME = /(?:At|^at|until)$/

function factText(name: string, fact: unknown): string {
  if (typeof fact === 'number' && TIME_NAME.test(name) && fact > 1e11) return clockTime(fact)
  const text = String(fact)
  return /^[0-9a-f]{40,}$/.test(text) ? `${text.slice(0, 6)}…` : text
}

const SCREENS: readonly [prefix: string, toPath: (id: string) => string][] = [
  ['tkt_', paths.ticket],
  ['run_', paths.run],
  ['apr_', paths.approval],
  ['con_', paths.connection],
  ['crd_', paths.connection],
  ['dlv_', paths.delivery],
]

/** The address of the screen that shows what an entry is about; null when there is none. */
export function subjectPath(subject: string): string | null {
  const screen = SCREENS.find(([prefix]) => subject.startsWith(prefix))
  return screen === undefined ? null : screen[1](subject)
}

/** The same, laid out for reading. */
export function detailText(detail: string): string {
  return JSON.stringify(JSON.parse(detail), null, 2)
}
