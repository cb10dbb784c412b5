import { type KindWords, quoted } from './kind'

export const generic: KindWords = {
  title: 'Any JSON',
  group: 'signals',
  about: 'Whatever posts JSON. You say where it keeps title, status and severity.',
  setups: [
    {
      title: 'curl',
      about: 'Any JSON. Where each part is found is set under Mapping.',
      steps: [
        {
          say: 'Try it from a shell.',
          code: ({ url }) =>
            `curl ${quoted(url)} \\
  -H 'content-type: application/json' \\
  -d '{"title":"Disk is nearly full","status":"firing","severity":"high",
       "service":"web","host":"web-1"}'
`,
        },
      ],
    },
  ],
}
