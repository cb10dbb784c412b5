import type { KindWords } from './kind'

export const zabbix: KindWords = {
  title: 'Zabbix',
  group: 'signals',
  about: '',
  setups: [],
}
