import type { KindWords } from './kind'

export const uptimeKuma: KindWords = {
  title: 'Uptime Kuma',
  group: 'signals',
  about: '',
  setups: [],
}
