import type { KindWords } from './kind'

export const zendesk: KindWords = {
  title: 'Zendesk',
  group: 'people',
  about: '',
  setups: [],
}
