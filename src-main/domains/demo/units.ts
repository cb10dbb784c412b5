/** One service of the demo's host, as systemd would know it. */
export interface Unit {
  readonly name: string
  readonly role: 'web' | 'job'
  readonly description: string
  /** Started with the world; jobs are started by the scenario that needs them. */
  readonly startsAtBoot: boolean
}

export const UNITS: readonly Unit[] = [
  { name: 'checkout-api', role: 'web', description: 'Takes payments', startsAtBoot: true },
  {
    name: 'upload-api',
    role: 'web',
    description: 'Keeps uploads, has a quota',
    startsAtBoot: true,
  },
  {
    name: 'orders-api',
    role: 'web',
    description: 'Writes orders to a database',
    startsAtBoot: true,
  },
  {
    name: 'storefront',
    role: 'web',
    description: 'Serves the shop from a release',
    startsAtBoot: true,
  },
  { name: 'search-api', role: 'web', description: 'Answers searches', startsAtBoot: true },
  { name: 'mail-relay', role: 'web', description: 'Sends receipts', startsAtBoot: true },
  {
    name: 'report-job',
    role: 'job',
    description: 'Builds the monthly report',
    startsAtBoot: false,
  },
]
