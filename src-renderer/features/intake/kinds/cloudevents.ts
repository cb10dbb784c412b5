import { type KindWords, quoted } from './kind'

export const cloudevents: KindWords = {
  title: 'CloudEvents',
  group: 'signals',
  about: 'CloudEvents 1.0 over HTTP: structured, binary or in batches.',
  setups: [
    {
      title: 'curl',
      about: 'One event, structured. Batches and the binary form are taken too.',
      steps: [
        {
          say: 'Try it from a shell.',
          code: ({ url }) =>
            `curl ${quoted(url)} \\
  -H 'content-type: application/cloudevents+json' \\
  -d '{"specversion":"1.0","id":"1","source":"/shop","type":"alert.firing",
       "data":{"title":"Disk is nearly full","severity":"high","host":"web-1"}}'
`,
        },
        {
          say: 'Let your sender say in the type or in data.status what is wrong (firing, failed, down) and right again (resolved, recovered, up). Other events are ignored.',
        },
      ],
    },
    {
      title: 'Knative trigger',
      about: 'The handshake of the webhook specification is answered.',
      steps: [
        {
          say: 'Apply this beside the broker. The cluster has to reach the address: put the host of a tunnel or relay into it.',
          code: ({ url }) =>
            `apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata:
  name: quarterdeck
spec:
  broker: default
  subscriber:
    uri: ${quoted(url)}
`,
        },
        {
          say: 'Where the broker carries more than alerts, add a filter for their type to the trigger.',
        },
      ],
    },
  ],
}
