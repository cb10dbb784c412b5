import type { KindWords } from './kind'

export const bitbucket: KindWords = {
  title: 'Bitbucket',
  group: 'changes',
  about: 'Pushes, pull requests and builds of Bitbucket Cloud and Data Center.',
  settings: ['deployments', 'production'],
  setups: [
    {
      title: 'Cloud',
      about:
        'It runs in its own cloud and cannot reach 127.0.0.1: give it the address of a tunnel or relay that ends at this one.',
      steps: [
        { say: 'Repository settings › Webhooks › Add webhook. Title: Quarterdeck.' },
        { say: 'URL: the address of your tunnel, with this path.', code: ({ url }) => url },
        { say: 'Secret: Generate secret, copy it, and enter it here under Proof of origin.' },
        {
          say: 'Triggers, Choose from a full list: Repository Push, Build status created and updated; Pull request Created, Updated, Approved, Changes request created, Merged, Declined.',
        },
        {
          say: 'Bitbucket has no event for deployments: name the build keys that deploy in the settings below.',
        },
      ],
    },
    {
      title: 'Data Center',
      about: 'A server in your network posts here directly or through the tunnel below.',
      steps: [
        { say: 'Repository settings › Webhooks › Create webhook. Name: Quarterdeck.' },
        {
          say: 'URL: this address. Secret: one that Quarterdeck makes under Proof of origin.',
          code: ({ url }) => url,
        },
        {
          say: 'Events: Repository Push; Pull request Opened, Source branch updated, Modified, Reviewers Updated, Approved, Needs work, Merged, Declined, Deleted. Then Test connection.',
        },
      ],
    },
  ],
}
