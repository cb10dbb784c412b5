import type { KindWords } from './kind'
import { cannotReach, secret, tunnelAddress } from './phrases'

export const linear: KindWords = {
  title: 'Linear',
  group: 'people',
  about:
    'Issues of a workspace or team: open until they are completed or canceled, with their comments as notes.',
  setups: [
    {
      title: 'Webhook',
      about: `${cannotReach('Linear')} It takes HTTPS only.`,
      steps: [
        { say: 'As an admin open Settings › Administration › API › Webhooks › New webhook.' },
        tunnelAddress('URL'),
        {
          say: 'Under Data change events tick Issues and Comments. Choose the team whose issues are operations, or all public teams.',
        },
        secret('copy the Signing secret of the webhook, and paste it here.'),
      ],
    },
  ],
}
