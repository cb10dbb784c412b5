import { type KindWords, quoted } from './kind'
import { cannotReach, doesNotSign, SETTING } from './phrases'

export const servicenow: KindWords = {
  title: 'ServiceNow',
  group: 'people',
  about:
    'Incidents: open until they are resolved, closed or canceled at ServiceNow, with their comments as notes.',
  settings: ['baseUrl'],
  setups: [
    {
      title: 'Business rule',
      about: `${doesNotSign('ServiceNow', 'header')} ${cannotReach('ServiceNow')} A MID Server in your network can take the place of a tunnel.`,
      steps: [
        {
          say: 'Open System Definition › Business Rules › New. Table: Incident. Tick Advanced. When: async. Tick Insert, Update and Delete.',
        },
        {
          say: 'On the tab Advanced paste this as the script. Put the host of your tunnel or relay in place of this one, or take out the slashes before setMIDServer and name your MID Server.',
          code: ({ bareUrl, token }) => `(function executeRule(current, previous) {
  var shown = function (name) { return current.getDisplayValue(name) }
  var request = new sn_ws.RESTMessageV2()
  request.setHttpMethod('post')
  request.setEndpoint(${quoted(bareUrl)})
  // request.setMIDServer('mid-1')
  request.setRequestHeader('Content-Type', 'application/json')
  request.setRequestHeader('X-Quarterdeck-Token', ${quoted(token)})
  request.setRequestBody(JSON.stringify({
    table: current.getTableName(),
    operation: String(current.operation()),
    sys_id: current.getUniqueValue(),
    number: current.getValue('number'),
    short_description: current.getValue('short_description'),
    description: current.getValue('description'),
    priority: current.getValue('priority'),
    impact: current.getValue('impact'),
    urgency: current.getValue('urgency'),
    state: current.getValue('state'),
    active: current.getValue('active'),
    category: shown('category'),
    assignment_group: shown('assignment_group'),
    assigned_to: shown('assigned_to'),
    caller_id: shown('caller_id'),
    business_service: shown('business_service'),
    cmdb_ci: shown('cmdb_ci'),
    opened_at: current.getValue('opened_at'),
    reopened_time: current.getValue('reopened_time'),
    resolved_at: current.getValue('resolved_at'),
    closed_at: current.getValue('closed_at'),
    sys_updated_on: current.getValue('sys_updated_on'),
    sys_updated_by: current.getValue('sys_updated_by'),
    url: gs.getProperty('glide.servlet.uri') + current.getLink(true)
  }))
  request.execute()
})(current, previous)
`,
        },
        {
          say: 'For comments as notes add the lines comments: String(current.comments) and work_notes: String(current.work_notes) to the JSON, with When: before instead of async and executeAsync instead of execute: only then they hold what was just written.',
        },
        {
          say: `Without url in the JSON, links are made with the instance that you enter under ${SETTING.baseUrl} below.`,
        },
      ],
    },
  ],
}
