import { type KindWords, pathOf, quoted } from './kind'
import { cannotReach, secret, SETTING } from './phrases'

export const heroku: KindWords = {
  title: 'Heroku',
  group: 'changes',
  about: 'Releases as deployments and rollbacks, and builds.',
  settings: ['production'],
  setups: [
    {
      title: 'Heroku CLI',
      about: cannotReach('Heroku'),
      steps: [
        {
          say: 'Put your app and your tunnel or relay into the first two lines. This adds the webhook.',
          code: ({ url }) =>
            `APP="shop"
TUNNEL="https://hooks.example.com"
heroku webhooks:add --app "$APP" --include api:release,api:build --level notify \\
  --url "$TUNNEL"${quoted(pathOf(url))}
`,
        },
        secret('Heroku answers with a Webhook Signing Secret, this once. Paste it here.'),
        {
          say: 'Deploy something, or set a config var: the first is a deployment, the second is ignored.',
        },
        {
          say: `Apps tell their environment by name, such as shop-staging: under ${SETTING.production} below, enter those that are.`,
        },
      ],
    },
  ],
}
