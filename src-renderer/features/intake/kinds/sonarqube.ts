import type { KindWords } from './kind'

export const sonarqube: KindWords = {
  title: 'SonarQube',
  group: 'changes',
  about: '',
  setups: [],
}
