import type { KindWords } from './kind'

export const codecov: KindWords = {
  title: 'Codecov',
  group: 'changes',
  about: '',
  setups: [],
}
