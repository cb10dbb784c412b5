import type { KindWords } from './kind'
import { canReach, cannotReach, secret, SETTING, thisAddress, tunnelAddress } from './phrases'

const NAME_DEPLOYMENTS = {
  say: `Bitbucket has no event for deployments: under ${SETTING.deployments} below, name the build keys that deploy.`,
}

export const bitbucket: KindWords = {
  title: 'Bitbucket',
  group: 'changes',
  about: 'Pushes, pull requests and builds of Bitbucket Cloud and Data Center.',
  settings: ['deployments', 'production'],
  setups: [
    {
      title: 'Cloud',
      about: cannotReach('Bitbucket Cloud'),
      steps: [
        { say: 'Open Repository settings › Webhooks › Add webhook. Title: Quarterdeck.' },
        tunnelAddress('URL'),
        secret('press Generate secret there, and paste it here.'),
        {
          say: 'Under Triggers choose from a full list: Repository Push, Build status created and updated; Pull request Created, Updated, Approved, Changes request created, Merged, Declined.',
        },
        NAME_DEPLOYMENTS,
      ],
    },
    {
      title: 'Data Center',
      about: canReach('Bitbucket Data Center'),
      steps: [
        { say: 'Open Repository settings › Webhooks › Create webhook. Name: Quarterdeck.' },
        thisAddress('URL'),
        secret('let Quarterdeck make one, and paste it as Secret there.'),
        {
          say: 'Under Events tick Repository Push; Pull request Opened, Source branch updated, Modified, Reviewers Updated, Approved, Needs work, Merged, Declined, Deleted. Then press Test connection.',
        },
        NAME_DEPLOYMENTS,
      ],
    },
  ],
}
