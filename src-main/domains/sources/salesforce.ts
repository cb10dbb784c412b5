import type { Timestamp } from '#contract/primitives'
import { isJsonType } from './body'
import { type Fields, type Message, type Notified, parseMessage } from './salesforce-xml'
import {
  type Reading,
  type Reply,
  type SourceReader,
  type SourceRequest,
  type SourceSignal,
  Unreadable,
} from './source'
import { ignored, TEST, toSignal } from './telling'
import { toTime } from './times'
import {
  firstLine,
  isObject,
  keyOfAll,
  toKey,
  toLine,
  toLinks,
  toSeverity,
  toText,
  toTicketLabels,
  toUrl,
} from './values'

/**
 * Salesforce cases: SOAP Outbound Messages of a workflow or flow, and JSON from an HTTP callout of a flow (our shape is on
 * the set-up page). https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging_wsdl.htm
 * Neither is signed; a message names its organisation, which the operator may hold it to.
 */
export const salesforce: SourceReader = {
  kind: 'salesforce',
  accepts(contentType) {
    if (/^(text|application)\/(xml|soap\+xml)$/.test(contentType)) return 'text'
    return isJsonType(contentType) ? 'json' : undefined
  },
  deliveryKey: ({ body }) => (typeof body === 'string' ? keyOf(body) : undefined),
  read,
  reply,
  example,
}

/** Every notification keeps its id while it is repeated, for up to 24 hours. */
function keyOf(xml: string): string | undefined {
  try {
    return keyOfAll(parseMessage(xml).notified.map(({ id }) => toKey(id)))
  } catch (error) {
    if (error instanceof Unreadable) return undefined // reading it says why
    throw error
  }
}

const ACK = `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">
 <soapenv:Body>
  <notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>
 </soapenv:Body>
</soapenv:Envelope>
`

/** Anything but this acknowledgement makes Salesforce send the message again. */
function reply({ body }: SourceRequest): Reply {
  return typeof body === 'string'
    ? { contentType: 'text/xml; charset=utf-8', body: ACK }
    : { contentType: 'application/json', body: '{"status":"accepted"}' }
}

function read(request: SourceRequest): Reading {
  const { body, settings } = request
  const message = typeof body === 'string' ? parseMessage(body) : fromFlow(body)
  checkAccount(message.organization, settings.account)
  const cases = message.notified.filter(({ type }) => type === '' || /^(Case|Incident)$/.test(type))
  if (cases.length === 0) {
    const types = [...new Set(message.notified.map(({ type }) => toLine(type, 40)))].join(', ')
    return ignored(`${types || 'the message'} is no case and no incident`)
  }
  const signals = cases.flatMap((each) => readRecord(each, message, request) ?? [])
  if (signals.length === 0)
    throw new Unreadable(
      'No case in it has an Id. In the Outbound Message select the field Id, or send `id` from the flow.',
    )
  return { signals }
}

/** A flow sends one case as an object, with the names of our template or of Salesforce. */
function fromFlow(body: unknown): Message {
  if (!isObject(body))
    throw new Unreadable(
      'This is not a case of Salesforce: send the JSON of the set-up page of this source, or an Outbound Message.',
    )
  const fields = new Map(
    Object.entries(body).map(([name, value]) => [name.toLowerCase(), value] as const),
  )
  return {
    organization: toLine(fields.get('organizationid')),
    address: '',
    notified: [{ id: undefined, type: toLine(fields.get('sobjecttype')), fields }],
  }
}

/** The first 15 characters of an id say who it is; the last 3 of 18 are a checksum. */
function checkAccount(organization: string, account: string): void {
  if (account === '' || organization.slice(0, 15) === account.slice(0, 15)) return
  const who =
    organization === ''
      ? 'names no organisation'
      : `is from organisation ${toLine(organization, 18)}`
  throw new Unreadable(
    `It ${who}, and this source takes messages from ${account} only. Nothing was done with it. Change the account of this` +
      ' source and replay the delivery if it may send.',
  )
}

function readRecord(
  { fields }: Notified,
  message: Message,
  { receivedAt, settings }: SourceRequest,
): SourceSignal | undefined {
  const id = toKey(fields.get('id'))
  if (id === undefined) return undefined
  const number = says(fields, 'CaseNumber', 'IncidentNumber')
  const requester = says(fields, 'SuppliedName', 'ContactName', 'Requester', 'SuppliedEmail')
  const time = (...names: string[]) =>
    names
      .map((name) => toTime(fields.get(name.toLowerCase()), receivedAt))
      .find((each) => each !== undefined)
  const closed = isClosed(fields)
  return toSignal({
    fingerprint: id,
    state: closed ? 'resolved' : 'firing',
    title: says(fields, 'Subject') || `Salesforce case ${number || id}`,
    description: toText(fields.get('description')),
    severity: toSeverity(fields.get('priority')),
    service: says(fields, 'Service', 'Product', 'ProductName') || undefined,
    labels: labelsOf(fields, number, requester),
    links: linksOf(fields, id, message.address, settings.baseUrl),
    startsAt: time('CreatedDate') ?? receivedAt,
    endsAt: closed
      ? (time('ClosedDate', 'ResolvedDateTime', 'LastModifiedDate') ?? receivedAt)
      : undefined,
    actor: requester,
  })
}

/** The first of some fields that says something. */
const says = (fields: Fields, ...names: string[]) =>
  firstLine(...names.map((name) => fields.get(name.toLowerCase())))

/** Statuses are the organisation's own words; `IsClosed` says which of them close a case. */
function isClosed(fields: Fields): boolean {
  const flag = toLine(fields.get('isclosed')).toLowerCase()
  if (flag === 'true' || flag === 'false') return flag === 'true'
  return /\b(closed|resolved|solved|completed|canceled|cancelled)\b/i.test(says(fields, 'Status'))
}

function labelsOf(fields: Fields, number: string, requester: string): Record<string, string> {
  return toTicketLabels({
    case: number,
    status: says(fields, 'Status'),
    type: says(fields, 'Type'),
    origin: says(fields, 'Origin'),
    reason: says(fields, 'Reason'),
    requester: requester || says(fields, 'ContactId'),
    account: says(fields, 'AccountName', 'AccountId'),
    owner: says(fields, 'OwnerName', 'OwnerId'),
    escalated: says(fields, 'IsEscalated') === 'true' ? 'true' : '',
  })
}

function linksOf(
  fields: Fields,
  id: string,
  address: string,
  baseUrl: string,
): SourceSignal['links'] {
  const written = toUrl(fields.get('url'))
  const home = toUrl(baseUrl, address)
  const own = home && new URL(`/${encodeURIComponent(id)}`, home).href
  return toLinks(['Case', written ?? own])
}

const field = (name: string, value: string) => `     <sf:${name}>${value}</sf:${name}>\n`

function example(status: 'firing' | 'resolved', now: Timestamp): string {
  const created = new Date(status === 'firing' ? now : now - 60_000).toISOString()
  return `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId></OrganizationId>
   <Notification>
    <Id>quarterdeck-test-${status}-${now}</Id>
    <sObject xsi:type="sf:Case" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
${field('Id', 'quarterdeck-test')}${field('Subject', 'Test case from Quarterdeck')}${field('Description', TEST.text)}${field('Priority', 'Low')}${field('Status', status === 'firing' ? 'New' : 'Closed')}${field('CreatedDate', created)}${field('LastModifiedDate', new Date(now).toISOString())}    </sObject>
   </Notification>
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>
`
}
