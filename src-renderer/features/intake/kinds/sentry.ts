import type { KindWords } from './kind'

export const sentry: KindWords = {
  title: 'Sentry',
  group: 'signals',
  about: '',
  setups: [],
}
