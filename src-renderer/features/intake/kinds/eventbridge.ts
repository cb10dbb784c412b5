import type { KindWords } from './kind'

export const eventbridge: KindWords = {
  title: 'AWS EventBridge',
  group: 'signals',
  about: '',
  setups: [],
}
