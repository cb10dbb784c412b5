import type { RunbookInput } from '#contract/runbooks'
import type { Report } from './draft'
import { freeName, inputNameOf, oneLine } from './names'
import type { KnownOption } from './rundeck-references'
import { at, has, isYes, type Item, shown } from './yaml-tree'

export interface Target {
  readonly target: string
  /** Inputs that the target needs: new ones, or an option that now has to be a host. */
  readonly inputs: ReadonlyMap<string, RunbookInput>
}

/** Where a job's commands run: Rundeck's server without a filter, else the nodes that it finds. */
export function readTarget(
  job: Item,
  options: Map<string, KnownOption>,
  taken: Set<string>,
  report: Report,
): Target {
  const filters = at(job, 'nodefilters')
  const filter = filterText(filters)
  reportDispatch(filters, report)
  if (filter === '') {
    report.changed(
      job.line,
      'no node filter',
      'Rundeck runs this on its own server; here it runs on this machine (`local`).',
      'Set `target` if it belongs somewhere else.',
    )
    return { target: 'local', inputs: new Map() }
  }
  const option = /^(?:name:\s*|hostname:\s*)?[$]\{option\.([^}]+)\}$/.exec(filter)?.[1]
  const input = option === undefined ? undefined : options.get(option)?.input
  if (input !== undefined) {
    report.mapped(filters.line, 'node filter', `The target is the input \`${input}\`.`)
    return { target: `{{${input}}}`, inputs: new Map() }
  }
  const name =
    /^(?:name|tags|hostname):\s*([A-Za-z0-9][\w.@-]*)$/.exec(filter)?.[1] ??
    /^([A-Za-z0-9][\w.-]*)$/.exec(filter)?.[1]
  if (name !== undefined) {
    report.needsYou(
      filters.line,
      `node filter ${filter}`,
      `The target is \`${name}\`: a connection's name or tag.`,
      `Give each connection meant by it the tag \`${name}\`, or change the target.`,
    )
    return { target: name, inputs: new Map() }
  }
  return askForHost(filter, filters.line, taken, report)
}

function askForHost(filter: string, line: number, taken: Set<string>, report: Report): Target {
  const name = freeName(inputNameOf('target_host'), taken, '_')
  report.needsYou(
    line,
    `node filter ${oneLine(filter)}`,
    `It cannot be written as one name or tag, so the target is the input \`${name}\`.`,
    'Tag the connections and set `target` to that tag.',
  )
  const label = `Host (Rundeck: ${oneLine(filter, 100)})`
  return {
    target: `{{${name}}}`,
    inputs: new Map([
      [
        name,
        {
          name,
          label,
          type: 'host',
          required: true,
          default: null,
          pattern: null,
          values: [],
          from: ['host'],
        },
      ],
    ]),
  }
}

/** `filter` today; include and exclude by attribute in old exports. */
function filterText(filters: Item): string {
  const filter = at(filters, 'filter').text?.trim()
  if (filter) return filter
  const include = at(filters, 'include').map ?? filters.map
  const old = [...(include ?? [])].filter(([key]) =>
    /^(name|tags|hostname|os-|osName|osFamily|include)/.test(key),
  )
  const parts = old.map(([key, value]) => `${key}: ${oneLine(shown(value), 200)}`)
  if (has(filters, 'exclude')) parts.push(`!${oneLine(shown(at(filters, 'exclude')), 200)}`)
  return parts.join(' ')
}

function reportDispatch(filters: Item, report: Report): void {
  const dispatch = at(filters, 'dispatch')
  const threads = at(dispatch, 'threadcount')
  if (threads.text !== undefined && threads.text !== '1')
    report.changed(
      threads.line,
      `threadcount ${oneLine(threads.text)}`,
      'How many hosts are worked on at once is said by `qd.fan` of a step here.',
      `Give the steps qd.fan=rolling:n.`,
    )
  if (isYes(at(dispatch, 'keepgoing')))
    report.changed(
      at(dispatch, 'keepgoing').line,
      'dispatch: keepgoing',
      'On several hosts a step stops at the first that fails.',
      'Give the steps qd.fan and qd.stop.',
    )
  for (const key of ['rankAttribute', 'successOnEmptyNodeFilter', 'excludePrecedence'])
    if (has(dispatch, key) && key !== 'excludePrecedence' && at(dispatch, key).text !== 'false')
      report.leftOut(at(dispatch, key).line, `dispatch: ${key}`, 'It has no counterpart here.')
}
