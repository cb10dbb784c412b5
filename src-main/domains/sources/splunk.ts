import { skeleton } from './skeleton'

export const splunk = skeleton('splunk')
