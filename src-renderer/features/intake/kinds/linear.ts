import type { KindWords } from './kind'

export const linear: KindWords = {
  title: 'Linear',
  group: 'people',
  about: '',
  setups: [],
}
