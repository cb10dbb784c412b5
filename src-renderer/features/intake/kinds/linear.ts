import type { KindWords } from './kind'

export const linear: KindWords = {
  title: 'Linear',
  group: 'people',
  about:
    'Issues of a workspace or team: open until they are completed or canceled, with their comments as notes.',
  setups: [
    {
      title: 'Webhook',
      about:
        'Linear sends from its own cloud, to HTTPS only, and cannot reach this machine: give it the address of a tunnel or relay that ends here.',
      steps: [
        {
          say: 'As an admin go to Settings › Administration › API › Webhooks and choose New webhook.',
        },
        { say: 'URL: the address of your tunnel with this path.', code: ({ url }) => url },
        {
          say: 'Under Data change events tick Issues and Comments. Choose the team whose issues are operations, or all public teams.',
        },
        { say: 'Copy the Signing secret of the webhook and enter it here.' },
      ],
    },
  ],
}
