import type { KindWords } from './kind'

const EVENTS =
  'Under “Which events would you like to trigger this webhook?” choose “Let me select individual events” and tick Pushes, Pull requests, Pull request reviews, Deployments, Deployment statuses and Workflow runs. Tick Issues and Issue comments if issues are tickets for you, and Dependabot alerts and Code scanning alerts for those.'

export const github: KindWords = {
  title: 'GitHub',
  group: 'changes',
  about:
    'Commits, pull requests, reviews, builds and deployments; issues, security alerts and a failing default branch as tickets.',
  settings: ['deployments', 'production'],
  setups: [
    {
      title: 'Webhook of a repository or organisation',
      about:
        'GitHub sends from its own cloud and cannot reach this machine: give it the address of a tunnel or relay that ends here, or use Pull. It sends nothing again by itself; what failed is under Recent Deliveries › Redeliver.',
      steps: [
        {
          say: 'In the repository or organisation go to Settings › Webhooks and choose Add webhook.',
        },
        {
          say: 'Payload URL: the address of your tunnel with this path. Content type: application/json. A form is read, too.',
          code: ({ url }) => url,
        },
        { say: 'Enter a Secret there and the same here: GitHub signs with it.' },
        { say: EVENTS },
        {
          say: 'Builds of other systems come as Statuses or as Check runs: tick the one that yours writes. Leave Workflow jobs, Check runs and Check suites off where GitHub Actions builds, or every build counts twice.',
        },
        {
          say: 'If your workflows deploy without an environment of GitHub, enter their names under Deployments here. With an environment GitHub tells of the deployment itself.',
        },
      ],
    },
    {
      title: 'GitHub Enterprise Server',
      about: 'A server in your own network can reach the listener directly.',
      steps: [
        {
          say: 'Go to Settings › Webhooks of the repository or organisation and choose Add webhook. Payload URL: this address. Content type: application/json.',
          code: ({ url }) => url,
        },
        { say: 'Enter a Secret there and the same here.' },
        { say: EVENTS },
      ],
    },
  ],
}
