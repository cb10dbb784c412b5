import type { KindWords } from './kind'

export const intercom: KindWords = {
  title: 'Intercom',
  group: 'people',
  about: '',
  setups: [],
}
