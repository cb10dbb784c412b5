import { type KindWords, quoted } from './kind'

export const uptimeKuma: KindWords = {
  title: 'Uptime Kuma',
  group: 'signals',
  about: 'Monitors of Uptime Kuma, down and up again, and certificates that are about to end.',
  settings: ['quietMinutes'],
  setups: [
    {
      title: 'Webhook',
      about:
        'One notification for all monitors. The tag "service" of a monitor names its service; else its name does.',
      steps: [
        {
          say: 'Settings > Notifications > Setup Notification. Notification Type: Webhook. Friendly Name: Quarterdeck.',
        },
        {
          say: 'Method: POST. Post URL: this address. Request Body: "Preset - application/json"; "multipart/form-data" is read, too, a body of your own is not.',
          code: ({ url }) => url,
        },
        {
          say: 'Switch on "Default enabled" and "Apply on all existing monitors", then Test and Save. The test shows up in the feed as ignored.',
        },
      ],
    },
    {
      title: 'Token in a header',
      about: 'For those who want no secret in an address.',
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
