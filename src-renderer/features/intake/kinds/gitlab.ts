import type { KindWords } from './kind'

const EVENTS =
  'Under Trigger tick Push events, Merge request events, Comments, Pipeline events and Deployment events, and Issues events if issues are tickets for you. Tick Job events only if a job deploys without an environment.'
const SECRET =
  'Enter a Secret token there and the same here. Where your GitLab offers a Signing token (whsec_…), use that instead: it signs every delivery, and the token never travels.'

export const gitlab: KindWords = {
  title: 'GitLab',
  group: 'changes',
  about:
    'Commits, merge requests, reviews, pipelines and deployments; issues, incidents and a failing default branch as tickets.',
  settings: ['deployments', 'production'],
  setups: [
    {
      title: 'Self-managed',
      about:
        'A GitLab in your own network can reach the listener directly. GitLab turns a webhook off after several failures: look at it there when nothing comes any more.',
      steps: [
        {
          say: 'An administrator has to allow it first: Admin › Settings › Network › Outbound requests, tick “Allow requests to the local network from webhooks and integrations” or add this address to the allowlist.',
        },
        { say: 'In the project or group go to Settings › Webhooks and choose Add new webhook.' },
        { say: 'URL: this address.', code: ({ url }) => url },
        { say: SECRET },
        { say: EVENTS },
        {
          say: 'If jobs deploy without an environment of GitLab, enter their names under Deployments here. With an environment GitLab tells of the deployment itself.',
        },
      ],
    },
    {
      title: 'GitLab.com',
      about:
        'GitLab.com sends from its own cloud and cannot reach this machine: give it the address of a tunnel or relay that ends here, or use Pull.',
      steps: [
        { say: 'In the project or group go to Settings › Webhooks and choose Add new webhook.' },
        { say: 'URL: the address of your tunnel with this path.', code: ({ url }) => url },
        { say: SECRET },
        { say: EVENTS },
      ],
    },
  ],
}
