import { skeleton } from './skeleton'

export const uptimeKuma = skeleton('uptime-kuma')
