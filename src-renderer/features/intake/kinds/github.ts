import type { KindWords } from './kind'
import { canReach, cannotReachOrPull, secret, SETTING, thisAddress, tunnelAddress } from './phrases'

const OPEN = {
  say: 'In the repository or organisation open Settings › Webhooks › Add webhook. Content type: application/json. A form is read, too.',
}
const SECRET = secret('make one here or there, and enter the same as Secret in GitHub.')
const EVENTS = {
  say: 'Under “Which events would you like to trigger this webhook?” choose “Let me select individual events” and tick Pushes, Pull requests, Pull request reviews, Deployments, Deployment statuses and Workflow runs. Tick Issues and Issue comments if issues are tickets for you, and Dependabot alerts and Code scanning alerts for those.',
}
const OTHER_BUILDS = {
  say: 'Builds of other systems come as Statuses or as Check runs: tick the one that yours writes. Leave Workflow jobs, Check runs and Check suites off where GitHub Actions builds, or every build counts twice.',
}
const NAME_DEPLOYMENTS = {
  say: `If workflows deploy without an environment of GitHub, name them under ${SETTING.deployments} below. With an environment GitHub tells of the deployment itself.`,
}

export const github: KindWords = {
  title: 'GitHub',
  group: 'changes',
  about:
    'Commits, pull requests, reviews, builds and deployments; issues, security alerts and a failing default branch as tickets.',
  settings: ['deployments', 'production'],
  setups: [
    {
      title: 'GitHub.com',
      about: `${cannotReachOrPull('GitHub')} It sends nothing again by itself; what failed is under Recent Deliveries › Redeliver.`,
      steps: [OPEN, tunnelAddress('Payload URL'), SECRET, EVENTS, OTHER_BUILDS, NAME_DEPLOYMENTS],
    },
    {
      title: 'GitHub Enterprise Server',
      about: canReach('A server'),
      steps: [OPEN, thisAddress('Payload URL'), SECRET, EVENTS, OTHER_BUILDS, NAME_DEPLOYMENTS],
    },
  ],
}
