import { unescaped } from './plain'
import { toLine, toText, valueAt } from './values'

/** What Datadog's variables came to, wherever a template puts them; empty where one says nothing. */
export interface Fields {
  readonly id: string
  readonly monitor: string
  readonly cycle: string
  readonly aggregation: string
  readonly transition: string
  readonly type: string
  readonly priority: string
  readonly title: string
  readonly text: string
  readonly host: string
  readonly scope: string
  /** The group that the monitor's own address names. */
  readonly group: string
  readonly tags: string
  readonly metric: string
  readonly query: string
  readonly eventType: string
  readonly organization: string
  readonly link: string
  readonly monitorUrl: string
  readonly snapshot: string
  readonly date: string
  readonly updated: string
}

/** The names under which templates carry a variable: Datadog's own, those of our set-up page, and those seen most. */
const NAMES = {
  id: ['id', 'event_id'],
  monitor: ['alert_id', 'alertId', 'monitor_id'],
  cycle: ['alert_cycle_key', 'cycle_key', 'cycleId'],
  aggregation: ['aggreg_key', 'aggregation_key'],
  transition: ['transition', 'alert_transition', 'alertTransition'],
  type: ['type', 'alert_type', 'alertType'],
  priority: ['priority', 'alert_priority', 'alertPriority'],
  title: ['title', 'event_title', 'alert_title'],
  text: ['text', 'body', 'event_msg', 'message', 'text_only_msg'],
  host: ['host', 'hostname'],
  scope: ['scope', 'alert_scope', 'alertScope'],
  tags: ['tags'],
  metric: ['metric', 'alert_metric'],
  query: ['query', 'alert_query'],
  eventType: ['event_type'],
  link: ['link', 'event_url', 'alert_url', 'url'],
  snapshot: ['snapshot'],
  date: ['date', 'date_posix'],
  updated: ['last_updated', 'last_updated_posix'],
} as const

const MONITOR = /https?:\/\/[^\s()"'<>\]]{1,200}\/monitors\/(\d+)[^\s()"'<>\]]*/

export function fieldsOf(body: unknown): Fields {
  const holders = [body, valueAt(body, 'alert'), valueAt(body, 'event')]
  const find = (names: readonly string[], most = 1000) => {
    const values = names.flatMap((name) => holders.map((holder) => valueAt(holder, name)))
    return values.map((value) => said(value, most)).find((text) => text !== '') ?? ''
  }
  const entries = Object.entries(NAMES).map(([field, names]) => [
    field,
    find(names, field === 'text' ? 20_000 : 1000),
  ])
  const found = Object.fromEntries(entries) as Record<keyof typeof NAMES, string>
  const [address = '', inAddress = ''] = MONITOR.exec(found.text) ?? []
  const url = URL.parse(address)
  return {
    ...found,
    monitor: found.monitor || said(valueAt(body, 'alert', 'id')) || inAddress,
    monitorUrl: url?.href ?? '',
    group: said(url?.searchParams.get('group')),
    organization: said(valueAt(body, 'org', 'name')),
  }
}

/** Variables of Datadog that the samples show in the place of their values. */
const UNFILLED = new Set(
  'ID ALERT_ID ALERT_CYCLE_KEY AGGREG_KEY ALERT_TRANSITION ALERT_TYPE ALERT_PRIORITY PRIORITY EVENT_TITLE EVENT_MSG EVENT_TYPE TEXT_ONLY_MSG HOSTNAME ALERT_SCOPE TAGS ALERT_METRIC ALERT_QUERY LINK DATE LAST_UPDATED SNAPSHOT'.split(
    ' ',
  ),
)

/** A variable without a value comes as `null`, or as its own name. */
function said(value: unknown, most = 1000): string {
  const text = toText(value, most)
  const isUnfilled = text === 'null' || UNFILLED.has(text) || /^\$[A-Z_]+$/.test(text)
  return isUnfilled ? '' : text
}

/** Words in brackets before a title that say how a monitor is, and no more than that. */
const TRANSITION =
  /^(re-triggered|triggered|re-warn|warn|re-no data|no data|re-?notify|recovered)(?: on (\{.*))?$/i

/** Takes `[P2] [Triggered on {host:a}] Title` apart. Other words in brackets belong to the title. */
export function headOf(text: string) {
  let title = toLine(text, 500)
  let priority = ''
  let transition = ''
  let group = ''
  for (;;) {
    const bracket = /^\[([^\]]*)\]\s*/.exec(title)
    if (!bracket) break
    const word = bracket[1]!.trim()
    const told = TRANSITION.exec(word)
    if (told) {
      transition = told[1]!
      group = (told[2] ?? '').replaceAll(/^\{|\}$/g, '')
    } else if (/^P[1-5]$/.test(word)) priority = word
    else if (word !== '' && !/^test$/i.test(word)) break
    title = title.slice(bracket[0].length)
  }
  return { title: toLine(title), priority, transition, group }
}

/** Without Datadog's fences and entities, and without the addresses of its own pages that end a message. */
export function plainText(text: string): string {
  const [message = ''] = text.replaceAll('%%%', '').split(/\n- - -\s*\n/)
  return unescaped(message).trim()
}
