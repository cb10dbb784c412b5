import type { KindWords } from './kind'

export const newrelic: KindWords = {
  title: 'New Relic',
  group: 'signals',
  about: '',
  setups: [],
}
