import { skeleton } from './skeleton'

export const newrelic = skeleton('newrelic')
