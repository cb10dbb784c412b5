import type { KindWords } from './kind'

export const gitlab: KindWords = {
  title: 'GitLab',
  group: 'changes',
  about: '',
  setups: [],
}
