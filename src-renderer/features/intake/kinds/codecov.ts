import { type KindWords, quoted } from './kind'
import { cannotReach, doesNotSign } from './phrases'

export const codecov: KindWords = {
  title: 'Codecov',
  group: 'changes',
  about: 'Coverage of each commit; where it falls, a ticket for information.',
  setups: [
    {
      title: 'codecov.yml',
      about: `${doesNotSign('Codecov', 'address')} ${cannotReach('Codecov')} A self-hosted one in your network needs none.`,
      steps: [
        {
          say: 'Add this to codecov.yml in the repository, with the host of your tunnel or relay in place of this one. Keep it out of public repositories: the address is a secret.',
          code: ({ url }) =>
            `coverage:
  notify:
    webhook:
      default:
        url: ${quoted(url)}
`,
        },
        { say: 'Push a commit and wait for its report.' },
      ],
    },
  ],
}
