import type { KindWords } from './kind'

export const jira: KindWords = {
  title: 'Jira',
  group: 'people',
  about: '',
  setups: [],
}
