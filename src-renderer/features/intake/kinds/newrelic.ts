import type { KindWords } from './kind'
import { bareTunnelAddress, cannotReach, doesNotSign, SETTING, tokenHeader } from './phrases'

/** New Relic's default with the owner, which alone tells that somebody has acknowledged an issue. */
const PAYLOAD = `{
  "id": {{ json issueId }},
  "issueUrl": {{ json issuePageUrl }},
  "title": {{ json annotations.title.[0] }},
  "description": {{ json annotations.description.[0] }},
  "priority": {{ json priority }},
  "impactedEntities": {{ json entitiesData.names }},
  "totalIncidents": {{ json totalIncidents }},
  "state": {{ json state }},
  "trigger": {{ json triggerEvent }},
  "owner": "{{#if owner}}{{ owner }}{{else}}N/A{{/if}}",
  "isCorrelated": {{ json isCorrelated }},
  "createdAt": {{ createdAt }},
  "updatedAt": {{ updatedAt }},
  "sources": {{ json accumulations.source }},
  "alertPolicyNames": {{ json accumulations.policyName }},
  "alertConditionNames": {{ json accumulations.conditionName }},
  "workflowName": {{ json workflowName }},
  "accumulations": {
    "runbookUrl": {{ json accumulations.runbookUrl }},
    "nrqlQuery": {{ json accumulations.nrqlQuery }},
    "tag": {{ json accumulations.tag }}
  }
}
`

export const newrelic: KindWords = {
  title: 'New Relic',
  group: 'signals',
  about: 'Issues of New Relic, through a workflow with a webhook destination.',
  settings: ['quietMinutes'],
  setups: [
    {
      title: 'Workflow',
      about: `${doesNotSign('New Relic', 'header')} ${cannotReach('New Relic')}`,
      steps: [
        {
          say: 'Open Alerts › Destinations and choose Webhook under Add a destination. Name: Quarterdeck.',
        },
        bareTunnelAddress('Endpoint URL'),
        tokenHeader('Custom headers', ' Press Save destination.'),
        { say: 'Open Alerts › Workflows › + Add a workflow, name it and filter the issues.' },
        {
          say: 'Under Notify choose Webhook and the destination. Under ⋯ › Notify when keep Activated, Acknowledged, Priority changed and Closed ticked.',
        },
        {
          say: 'Paste this as payload template. The default one is read as well, but does not tell who has acknowledged.',
          code: () => PAYLOAD,
        },
        {
          say: 'Press Send test notification: it appears here as ignored, with the words that it works. Then Save message and Activate workflow.',
        },
        {
          say: `For issues whose end is not sent, enter a time under ${SETTING.quietMinutes} below.`,
        },
      ],
    },
  ],
}
