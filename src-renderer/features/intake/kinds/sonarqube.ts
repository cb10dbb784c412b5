import type { KindWords } from './kind'

export const sonarqube: KindWords = {
  title: 'SonarQube',
  group: 'changes',
  about:
    'Quality gates of SonarQube Server and Cloud: a ticket when one fails, resolved when it passes.',
  setups: [
    {
      title: 'Webhook',
      about:
        'A server in your network posts here directly or through the tunnel below; SonarQube Cloud needs a relay.',
      steps: [
        {
          say: 'For all projects: Administration › Configuration › Webhooks › Create. For one: Project Settings › Webhooks › Create.',
        },
        {
          say: 'Name: Quarterdeck. URL: this address.',
          code: ({ url }) => url,
        },
        {
          say: 'Secret: let Quarterdeck make one under Proof of origin and paste it here, or the other way round.',
        },
        { say: 'Analyse a project. Its last delivery stands on the same page of SonarQube.' },
      ],
    },
  ],
}
