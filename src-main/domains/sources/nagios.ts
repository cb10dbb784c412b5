import { skeleton } from './skeleton'

export const nagios = skeleton('nagios')
