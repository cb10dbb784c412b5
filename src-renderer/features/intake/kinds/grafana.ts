import type { KindWords } from './kind'

export const grafana: KindWords = {
  title: 'Grafana',
  group: 'signals',
  about: '',
  setups: [],
}
