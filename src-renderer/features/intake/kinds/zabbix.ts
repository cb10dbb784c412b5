import { type KindWords, quoted } from './kind'
import { doesNotSign } from './phrases'

/** What is sent, and the macro that it comes from. */
const FIELDS: Readonly<Record<string, string>> = {
  event_source: '{EVENT.SOURCE}',
  event_value: '{EVENT.VALUE}',
  event_update_status: '{EVENT.UPDATE.STATUS}',
  event_update_action: '{EVENT.UPDATE.ACTION}',
  event_update_message: '{EVENT.UPDATE.MESSAGE}',
  event_update_nseverity: '{EVENT.UPDATE.NSEVERITY}',
  event_update_timestamp: '{EVENT.UPDATE.TIMESTAMP}',
  event_update_date: '{EVENT.UPDATE.DATE}',
  event_update_time: '{EVENT.UPDATE.TIME}',
  event_update_user: '{USER.FULLNAME}',
  event_id: '{EVENT.ID}',
  event_recovery_id: '{EVENT.RECOVERY.ID}',
  event_nseverity: '{EVENT.NSEVERITY}',
  event_severity: '{EVENT.SEVERITY}',
  event_name: '{EVENT.NAME}',
  event_opdata: '{EVENT.OPDATA}',
  event_timestamp: '{EVENT.TIMESTAMP}',
  event_date: '{EVENT.DATE}',
  event_time: '{EVENT.TIME}',
  event_recovery_timestamp: '{EVENT.RECOVERY.TIMESTAMP}',
  event_recovery_date: '{EVENT.RECOVERY.DATE}',
  event_recovery_time: '{EVENT.RECOVERY.TIME}',
  event_tags: '{EVENT.TAGSJSON}',
  trigger_id: '{TRIGGER.ID}',
  trigger_description: '{TRIGGER.DESCRIPTION}',
  trigger_url: '{TRIGGER.URL}',
  host_name: '{HOST.NAME}',
  host_host: '{HOST.HOST}',
  host_ip: '{HOST.IP}',
  host_groups: '{TRIGGER.HOSTGROUP.NAME}',
  zabbix_url: '{$ZABBIX.URL}',
}

/** Versions before 7 have no macros for seconds since 1970; only the server knows the zone of its dates. */
const SCRIPT = `var params = JSON.parse(value), request = new HttpRequest(), answer;
var url = params.quarterdeck_url, token = params.quarterdeck_token;
delete params.quarterdeck_url;
delete params.quarterdeck_token;

['event_', 'event_recovery_', 'event_update_'].forEach(function (prefix) {
  var given = params[prefix + 'timestamp'], at;
  if (/^\\d+$/.test(given)) return;
  at = Date.parse(String(params[prefix + 'date']).split('.').join('-') + 'T' + params[prefix + 'time'] + '.000Z');
  params[prefix + 'timestamp'] = isNaN(at) ? '' : String(at / 1000 + new Date(at).getTimezoneOffset() * 60);
});

request.addHeader('Content-Type: application/json');
request.addHeader('X-Quarterdeck-Token: ' + token);
answer = request.post(url, JSON.stringify(params));
if (request.getStatus() < 200 || request.getStatus() > 299) {
  throw 'Quarterdeck answered ' + request.getStatus() + ': ' + answer;
}
return 'OK';
`

const indented = (text: string) =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : `        ${line}`))
    .join('\n')

function mediaType(bareUrl: string, token: string): string {
  const fields = { quarterdeck_url: bareUrl, quarterdeck_token: token, ...FIELDS }
  const parameters = Object.entries(fields).map(
    ([name, value]) => `        - name: ${name}\n          value: ${quoted(value)}\n`,
  )
  const templates = ['PROBLEM', 'RECOVERY', 'UPDATE'].map(
    (mode) => `        - event_source: TRIGGERS
          operation_mode: ${mode}
          subject: '{EVENT.NAME}'
          message: '{EVENT.NAME}'
`,
  )
  return `zabbix_export:
  version: '6.0'
  media_types:
    - name: Quarterdeck
      type: WEBHOOK
      parameters:
${parameters.join('')}      script: |
${indented(SCRIPT)}      message_templates:
${templates.join('')}`
}

export const zabbix: KindWords = {
  title: 'Zabbix',
  group: 'signals',
  about:
    'Problems of Zabbix 6.0 and newer, their recovery and updates, by a media type of our own.',
  setups: [
    {
      title: 'Media type',
      about: `Zabbix posts what the script of a media type makes of an event. This one sends all that is read here. ${doesNotSign('Zabbix', 'header')}`,
      steps: [
        {
          say: 'Keep this as quarterdeck.yaml, and open Alerts › Media types › Import (in Zabbix 6.0 Administration › Media types).',
          code: ({ bareUrl, token }) => mediaType(bareUrl, token),
        },
        {
          say: 'Under Administration › Macros set {$ZABBIX.URL} to the address of your frontend, so that tickets link to the problem.',
        },
        {
          say: 'Open Users › Users › Create user “quarterdeck”, with a role and groups that may read the hosts you want to see. Media › Add: type Quarterdeck, send to: anything, all severities.',
        },
        {
          say: 'Open Alerts › Actions › Trigger actions › Create action. Operations: send message to the user “quarterdeck” by Quarterdeck. Add the same under Recovery operations, so that a fix is seen, and under Update operations, so that acknowledgements are.',
        },
      ],
    },
  ],
}
