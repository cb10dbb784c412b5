import type { KindWords } from './kind'
import { bareTunnelAddress, cannotReach, SETTING, tokenHeader, tunnelAddress } from './phrases'

export const salesforce: KindWords = {
  title: 'Salesforce',
  group: 'people',
  about: 'Cases of Service Cloud: open until they are closed there.',
  settings: ['account', 'baseUrl'],
  setups: [
    {
      title: 'Outbound Message',
      about: `${cannotReach('Salesforce')} It takes a certificate that it knows, and repeats a message for up to 24 hours until it is acknowledged.`,
      steps: [
        {
          say: 'In Setup search for Outbound Messages, choose New Outbound Message and the object Case.',
        },
        tunnelAddress('Endpoint URL', ' Leave Send Session ID off.'),
        {
          say: 'Case fields to send: Id, CaseNumber, Subject, Description, Priority, Status, IsClosed, Origin, SuppliedName, CreatedDate, ClosedDate, LastModifiedDate.',
        },
        {
          say: 'In Setup search for Flows, make a Record-Triggered Flow on Case for “A record is created or updated”, and add the action Outbound Message with your message. Activate the flow.',
        },
        {
          say: `Copy the Salesforce.com Organization ID of Setup › Company Information into ${SETTING.account} below, so that no other organisation can send. The test button names none and is refused from then on.`,
        },
      ],
    },
    {
      title: 'HTTP callout of a flow',
      about: `JSON instead of SOAP. It is not repeated when it fails. ${cannotReach('Salesforce')}`,
      steps: [
        tokenHeader(
          'In Setup search for Named Credentials. Make an External Credential with the authentication protocol Custom and a Named Credential with the URL of your tunnel or relay. Custom header',
        ),
        bareTunnelAddress(
          'In the flow on Case add an Action › Create HTTP Callout with that Named Credential and method POST, after Run Asynchronously. URL',
        ),
        {
          say: 'Paste this as the sample request, and assign the fields of the case to it.',
          code: () => `{
  "id": "500000000000001AAA",
  "organizationId": "00D000000000001EAA",
  "caseNumber": "00001026",
  "subject": "Checkout fails with 502",
  "description": "Reported by three customers",
  "priority": "High",
  "status": "New",
  "isClosed": false,
  "origin": "Web",
  "requester": "Ann Other",
  "createdDate": "2026-11-20T10:00:00.000Z",
  "closedDate": "",
  "url": "https://acme.my.salesforce.com/500000000000001AAA"
}
`,
        },
      ],
    },
  ],
}
