import { type KindWords, quoted } from './kind'
import { doesNotSign, SETTING, thisAddress } from './phrases'

export const uptimeKuma: KindWords = {
  title: 'Uptime Kuma',
  group: 'signals',
  about: 'Monitors of Uptime Kuma, down and up again, and certificates that are about to end.',
  settings: ['quietMinutes'],
  setups: [
    {
      title: 'Webhook',
      about: `One notification for all monitors. ${doesNotSign('Uptime Kuma', 'address')}`,
      steps: [
        {
          say: 'Open Settings › Notifications › Setup Notification. Notification Type: Webhook. Friendly Name: Quarterdeck. Method: POST.',
        },
        thisAddress('Post URL'),
        {
          say: 'Request Body: “Preset - application/json”. “multipart/form-data” is read, too, a body of your own is not.',
        },
        {
          say: 'Switch on “Default enabled” and “Apply on all existing monitors”, then press Test and Save. The test shows up under Deliveries as ignored.',
        },
        {
          say: `The tag service of a monitor names its service; else its name does. Warnings of a certificate count as over after 8 days of silence, or as ${SETTING.quietMinutes} below says.`,
        },
      ],
    },
    {
      title: 'Token in a header',
      about: 'So that the address holds no secret.',
      steps: [
        { say: 'Post URL: this address.', code: ({ bareUrl }) => bareUrl },
        {
          say: 'Switch on Additional Headers and paste this.',
          code: ({ token }) => `{ "X-Quarterdeck-Token": ${quoted(token)} }`,
        },
      ],
    },
  ],
}
