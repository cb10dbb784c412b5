import type { KindWords } from './kind'

export const servicenow: KindWords = {
  title: 'ServiceNow',
  group: 'people',
  about: '',
  setups: [],
}
