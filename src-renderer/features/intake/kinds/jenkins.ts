import type { KindWords } from './kind'

export const jenkins: KindWords = {
  title: 'Jenkins',
  group: 'changes',
  about: '',
  setups: [],
}
