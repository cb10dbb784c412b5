import type { KindWords } from './kind'

export const prometheus: KindWords = {
  title: 'Prometheus',
  group: 'signals',
  about: '',
  setups: [],
}
