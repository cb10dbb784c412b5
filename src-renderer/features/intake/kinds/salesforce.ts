import type { KindWords } from './kind'

export const salesforce: KindWords = {
  title: 'Salesforce',
  group: 'people',
  about: '',
  setups: [],
}
