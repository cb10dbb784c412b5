import { parseXml, XmlElement } from '@rgrove/parse-xml'
import { Unreadable } from './source'
import { listOf } from './values'

/** Fields of a record by their names in lower case: Outbound Messages and Flows write them differently. */
export type Fields = ReadonlyMap<string, unknown>

/** One record that changed. */
export interface Notified {
  /** What a repeat of this notification has in common with it; undefined from a Flow. */
  readonly id: string | undefined
  /** `Case`, `Account`, … */
  readonly type: string
  readonly fields: Fields
}

export interface Message {
  readonly organization: string
  /** An address of the sender's own, to link to. */
  readonly address: string
  readonly notified: readonly Notified[]
}

/**
 * The notifications of a SOAP Outbound Message, at most 100. Names count without their prefixes, which Salesforce may
 * choose. The parser knows no entities but the five of XML, and fetches nothing.
 * https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging_wsdl.htm
 */
export function parseMessage(xml: string): Message {
  const envelope = rootOf(xml)
  const message = childOf(childOf(envelope, 'Body'), 'notifications')
  if (!message || localName(envelope) !== 'Envelope')
    throw new Unreadable(
      'This is not an Outbound Message of Salesforce: it holds no `notifications` in a SOAP body.',
    )
  return {
    organization: textOf(childOf(message, 'OrganizationId')),
    address: textOf(childOf(message, 'EnterpriseUrl')) || textOf(childOf(message, 'PartnerUrl')),
    notified: childrenOf(message, 'Notification').map(toNotified),
  }
}

function rootOf(xml: string): XmlElement | undefined {
  const root = parsed(xml)
  if (root && isDeeper(root)) throw new Unreadable('Its XML is nested too deep to be a message.')
  return root
}

function parsed(xml: string): XmlElement | undefined {
  try {
    return parseXml(xml).root ?? undefined
  } catch (cause) {
    // Also where the parser runs out of stack. Its own words quote the body, which belongs into no reason.
    throw new Unreadable('The body says that it is XML, but it cannot be read as XML.', { cause })
  }
}

/** Messages are 6 levels deep. */
const DEEPEST = 50

function isDeeper(root: XmlElement): boolean {
  let level = [root]
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++)
    level = level.flatMap(({ children }) =>
      children.filter((child): child is XmlElement => child instanceof XmlElement),
    )
  return level.length > 0
}

function toNotified(notification: XmlElement): Notified {
  const record = childOf(notification, 'sObject')
  const type = record?.attributes['xsi:type'] ?? ''
  return {
    id: textOf(childOf(notification, 'Id')) || undefined,
    type: type.slice(type.indexOf(':') + 1),
    fields: new Map(childrenOf(record).map((field) => [nameOf(field), textOf(field)])),
  }
}

const localName = (element: XmlElement | undefined) =>
  (element?.name ?? '').slice((element?.name ?? '').indexOf(':') + 1)
const nameOf = (field: XmlElement) => localName(field).toLowerCase()
/** A field that is nil has no text. */
const textOf = (element: XmlElement | undefined) => element?.text.trim() ?? ''

function childrenOf(element: XmlElement | undefined, name?: string): XmlElement[] {
  return listOf(element?.children).filter(
    (child): child is XmlElement =>
      child instanceof XmlElement && (name === undefined || localName(child) === name),
  )
}

const childOf = (element: XmlElement | undefined, name: string) => childrenOf(element, name)[0]
