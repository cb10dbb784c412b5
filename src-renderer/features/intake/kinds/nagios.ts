import type { KindWords } from './kind'

export const nagios: KindWords = {
  title: 'Nagios and Icinga',
  group: 'signals',
  about: '',
  setups: [],
}
