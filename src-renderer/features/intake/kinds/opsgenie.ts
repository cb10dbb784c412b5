import type { KindWords } from './kind'

export const opsgenie: KindWords = {
  title: 'Opsgenie',
  group: 'signals',
  about: '',
  setups: [],
}
