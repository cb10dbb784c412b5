import type { KindWords } from './kind'

export const github: KindWords = {
  title: 'GitHub',
  group: 'changes',
  about: '',
  setups: [],
}
