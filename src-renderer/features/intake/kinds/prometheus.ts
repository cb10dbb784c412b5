import { type KindWords, quoted } from './kind'
import { SETTING } from './phrases'

export const prometheus: KindWords = {
  title: 'Prometheus',
  group: 'signals',
  about:
    'The alerts that Prometheus itself says are active. It sends nothing by itself and is asked.',
  settings: ['quietMinutes'],
  setups: [
    {
      title: 'Pull',
      about:
        'Quarterdeck asks GET /api/v1/alerts. Where there is an Alertmanager, take that kind instead: it knows silences.',
      steps: [
        {
          say: 'Under Pull of this source enter the address of the Prometheus server, such as http://prometheus:9090, and switch it on.',
        },
        {
          say: 'Leave out external_labels that Alertmanager should not see either: with them an alert has another fingerprint there, and a ticket of its own.',
        },
      ],
    },
    {
      title: 'curl',
      about: 'One record of the list, sent by hand.',
      steps: [
        {
          say: 'Try it from a shell.',
          code: ({ url }) => `curl ${quoted(url)} \\
  -H 'content-type: application/json' \\
  -d '{"labels":{"alertname":"DiskFull","severity":"warning","instance":"db-2:9100"},
       "annotations":{"summary":"The disk is nearly full"},
       "state":"firing","activeAt":"2026-01-01T10:00:00Z","value":"9.1e+01"}'
`,
        },
        {
          say: `Whoever asks says that it is over, with the state inactive; else it counts as over only after the time under ${SETTING.quietMinutes} below, if you enter one.`,
        },
      ],
    },
  ],
}
