import type { KindWords } from './kind'
import { canReach, cannotReach, secret, thisAddress, tunnelAddress } from './phrases'

const SECRET = secret('let Quarterdeck make one, and paste it as Secret there.')
const TRY = { say: 'Analyse a project. Its last delivery stands on the same page of SonarQube.' }

export const sonarqube: KindWords = {
  title: 'SonarQube',
  group: 'changes',
  about:
    'Quality gates of SonarQube Server and Cloud: a ticket when one fails, resolved when it passes.',
  setups: [
    {
      title: 'Server',
      about: canReach('SonarQube Server'),
      steps: [
        {
          say: 'For all projects open Administration › Configuration › Webhooks › Create, for one Project Settings › Webhooks › Create. Name: Quarterdeck.',
        },
        thisAddress('URL'),
        SECRET,
        TRY,
      ],
    },
    {
      title: 'Cloud',
      about: cannotReach('SonarQube Cloud'),
      steps: [
        {
          say: 'For all projects open Administration › Webhooks › Create of the organization, for one that of the project. Name: Quarterdeck.',
        },
        tunnelAddress('URL'),
        SECRET,
        TRY,
      ],
    },
  ],
}
