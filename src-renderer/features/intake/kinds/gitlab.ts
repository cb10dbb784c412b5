import type { KindWords } from './kind'
import { canReach, cannotReachOrPull, secret, SETTING, thisAddress, tunnelAddress } from './phrases'

const OPEN = { say: 'In the project or group open Settings › Webhooks › Add new webhook.' }
const SECRET = secret(
  'make one here or there, and enter the same as Secret token in GitLab. Where your GitLab offers a Signing token (whsec_…), paste that one here instead: it signs every delivery, and the token never travels.',
)
const EVENTS = {
  say: 'Under Trigger tick Push events, Merge request events, Comments, Pipeline events and Deployment events, and Issues events if issues are tickets for you. Tick Job events only if a job deploys without an environment.',
}
const NAME_DEPLOYMENTS = {
  say: `If jobs deploy without an environment of GitLab, name them under ${SETTING.deployments} below. With an environment GitLab tells of the deployment itself.`,
}

export const gitlab: KindWords = {
  title: 'GitLab',
  group: 'changes',
  about:
    'Commits, merge requests, reviews, pipelines and deployments; issues, incidents and a failing default branch as tickets.',
  settings: ['deployments', 'production'],
  setups: [
    {
      title: 'Self-managed',
      about: `${canReach('A GitLab')} It turns a webhook off after several failures: look at it there when nothing comes any more.`,
      steps: [
        {
          say: 'An administrator has to allow it first: under Admin › Settings › Network › Outbound requests tick “Allow requests to the local network from webhooks and integrations”, or add this address to the allowlist.',
        },
        OPEN,
        thisAddress('URL'),
        SECRET,
        EVENTS,
        NAME_DEPLOYMENTS,
      ],
    },
    {
      title: 'GitLab.com',
      about: cannotReachOrPull('GitLab.com'),
      steps: [OPEN, tunnelAddress('URL'), SECRET, EVENTS, NAME_DEPLOYMENTS],
    },
  ],
}
