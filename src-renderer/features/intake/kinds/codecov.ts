import { type KindWords, quoted } from './kind'

export const codecov: KindWords = {
  title: 'Codecov',
  group: 'changes',
  about: 'Coverage of each commit; where it falls, a ticket for information.',
  setups: [
    {
      title: 'codecov.yml',
      about:
        'Codecov signs nothing: the token in the address is the proof. Its cloud needs a tunnel or relay; a self-hosted one in your network does not.',
      steps: [
        {
          say: 'Add this to codecov.yml in the repository, with the address of your tunnel, and keep it out of public repositories: the address is a secret.',
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
