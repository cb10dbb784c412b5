import { skeleton } from './skeleton'

export const zabbix = skeleton('zabbix')
