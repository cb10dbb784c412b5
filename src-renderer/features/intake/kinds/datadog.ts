import type { KindWords } from './kind'

export const datadog: KindWords = {
  title: 'Datadog',
  group: 'signals',
  about: '',
  setups: [],
}
