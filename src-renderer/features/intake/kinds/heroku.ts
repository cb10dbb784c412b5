import type { KindWords } from './kind'

export const heroku: KindWords = {
  title: 'Heroku',
  group: 'changes',
  about: '',
  setups: [],
}
