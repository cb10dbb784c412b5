import type { KindWords } from './kind'

export const splunk: KindWords = {
  title: 'Splunk',
  group: 'signals',
  about: '',
  setups: [],
}
