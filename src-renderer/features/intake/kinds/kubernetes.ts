import type { KindWords } from './kind'

export const kubernetes: KindWords = {
  title: 'Kubernetes',
  group: 'signals',
  about: '',
  setups: [],
}
