import { skeleton } from './skeleton'

export const pagerduty = skeleton('pagerduty')
