import type { KindWords } from './kind'

export const circleci: KindWords = {
  title: 'CircleCI',
  group: 'changes',
  about: '',
  setups: [],
}
