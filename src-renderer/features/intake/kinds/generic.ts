import { type KindWords, quoted } from './kind'
import { tokenHeader } from './phrases'

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
        {
          say: 'Let your sender post what it has, paste one of its bodies under “Try a payload”, and say under Mapping where each part is found.',
        },
      ],
    },
    {
      title: 'Token in a header',
      about: 'For senders that can set a header, so that the address holds no secret.',
      steps: [{ say: 'URL: this address.', code: ({ bareUrl }) => bareUrl }, tokenHeader('Header')],
    },
  ],
}
