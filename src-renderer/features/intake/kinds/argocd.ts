import type { KindWords } from './kind'

export const argocd: KindWords = {
  title: 'Argo CD',
  group: 'changes',
  about: '',
  setups: [],
}
