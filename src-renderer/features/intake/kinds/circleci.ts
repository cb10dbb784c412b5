import type { KindWords } from './kind'

export const circleci: KindWords = {
  title: 'CircleCI',
  group: 'changes',
  about:
    'Workflows and jobs as builds, those you name as deployments; a ticket when the default branch fails.',
  settings: ['deployments', 'production'],
  setups: [
    {
      title: 'Project webhook',
      about:
        'It runs in its own cloud and cannot reach 127.0.0.1: give it the address of a tunnel or relay that ends at this one.',
      steps: [
        { say: 'Project Settings › Webhooks › Add Webhook.' },
        {
          say: 'Receiver URL: the address of your tunnel, with this path.',
          code: ({ url }) => url,
        },
        {
          say: 'Secret token: let Quarterdeck make one under Proof of origin and paste it there. Keep Certificate verification on.',
        },
        {
          say: 'Events: Workflow Completed, and Job Completed when jobs deploy. Then Test Ping Event.',
        },
        {
          say: 'Name the workflows or jobs that deploy in the settings below: CircleCI has no event for it.',
        },
      ],
    },
  ],
}
