import type { SourceSettings } from '#contract/intake'
import type { Step } from './kind'

// The same words for the same thing, whichever sender it is.

/** The settings that set-ups speak of, as the form shows them. */
export const SETTING = {
  signatureHeader: '“Header with the signature”',
  timestampHeader: '“Header with the time”',
  topics: '“Topics that may be subscribed to”',
  baseUrl: '“Address of the sender’s own pages”',
  account: '“Account that may send”',
  deployments: '“Jobs that deploy”',
  production: '“Environments that are production”',
  quietMinutes: '“Silence that counts as over, in minutes”',
} as const satisfies Partial<Record<keyof SourceSettings, string>>

/** Senders in a cloud of their own do not come to this machine by themselves. */
export const cannotReach = (sender: string) =>
  `${sender} sends from its own cloud and cannot reach 127.0.0.1: give it the address of a tunnel or relay that ends here.`

/** The same of a sender that can also be asked. */
export const cannotReachOrPull = (sender: string) =>
  `${sender} sends from its own cloud and cannot reach 127.0.0.1: give it the address of a tunnel or relay that ends here, or use Pull.`

export const canReach = (sender: string) =>
  `${sender} in your own network can reach the listener, directly or over the SSH tunnel below.`

export const doesNotSign = (sender: string, where: 'header' | 'address') =>
  `${sender} does not sign: the token in the ${where} is the proof.`

/** The field of a sender on this machine or in its network. */
export const thisAddress = (field: string, more = ''): Step => ({
  say: `${field}: this address.${more}`,
  code: ({ url }) => url,
})

/** The field of a sender in a cloud. */
export const tunnelAddress = (field: string, more = ''): Step => ({
  say: `${field}: the address of your tunnel or relay, with this path.${more}`,
  code: ({ url }) => url,
})

/** The field of a sender in a cloud that puts the token into a header. */
export const bareTunnelAddress = (field: string, more = ''): Step => ({
  say: `${field}: the address of your tunnel or relay, with this path.${more}`,
  code: ({ bareUrl }) => bareUrl,
})

export const tokenHeader = (place: string, more = ''): Step => ({
  say: `${place}: X-Quarterdeck-Token, with this value.${more}`,
  code: ({ token }) => token,
})

/** Where the secret comes from, or where it goes. */
export const secret = (how: string): Step => ({
  say: `Set the secret under “Proof of origin”: ${how}`,
})
