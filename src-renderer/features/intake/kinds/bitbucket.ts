import type { KindWords } from './kind'

export const bitbucket: KindWords = {
  title: 'Bitbucket',
  group: 'changes',
  about: '',
  setups: [],
}
