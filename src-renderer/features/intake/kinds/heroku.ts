import { type KindWords, quoted } from './kind'

export const heroku: KindWords = {
  title: 'Heroku',
  group: 'changes',
  about: 'Releases as deployments and rollbacks, and builds.',
  settings: ['production'],
  setups: [
    {
      title: 'Heroku CLI',
      about:
        'It runs in its own cloud and cannot reach 127.0.0.1: give it the address of a tunnel or relay that ends at this one.',
      steps: [
        {
          say: 'Add the webhook to the app. Put the address of your tunnel in place of this one; the path stays.',
          code: ({ url }) =>
            `heroku webhooks:add --app YOUR-APP --include api:release,api:build --level notify --url ${quoted(url)}
`,
        },
        {
          say: 'Heroku answers with a Webhook Signing Secret, this once. Enter it here under Proof of origin.',
        },
        {
          say: 'Deploy something, or set a config var: the first is a deployment, the second is ignored.',
        },
      ],
    },
  ],
}
