import type { KindWords } from './kind'

export const cloudwatchSns: KindWords = {
  title: 'CloudWatch (SNS)',
  group: 'signals',
  about: '',
  setups: [],
}
