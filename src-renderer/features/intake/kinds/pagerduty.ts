import type { KindWords } from './kind'

export const pagerduty: KindWords = {
  title: 'PagerDuty',
  group: 'signals',
  about: '',
  setups: [],
}
