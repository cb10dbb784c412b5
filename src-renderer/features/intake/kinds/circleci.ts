import type { KindWords } from './kind'
import { cannotReach, secret, SETTING, tunnelAddress } from './phrases'

export const circleci: KindWords = {
  title: 'CircleCI',
  group: 'changes',
  about:
    'Workflows and jobs as builds, those you name as deployments; a ticket when the default branch fails.',
  settings: ['deployments', 'production'],
  setups: [
    {
      title: 'Project webhook',
      about: cannotReach('CircleCI'),
      steps: [
        { say: 'Open Project Settings › Webhooks › Add Webhook.' },
        tunnelAddress('Receiver URL'),
        secret(
          'let Quarterdeck make one, and paste it as Secret token there. Keep Certificate verification on.',
        ),
        {
          say: 'Under Events tick Workflow Completed, and Job Completed when jobs deploy. Then press Test Ping Event.',
        },
        {
          say: `CircleCI has no event for deployments: under ${SETTING.deployments} below, name the workflows or jobs that deploy.`,
        },
      ],
    },
  ],
}
