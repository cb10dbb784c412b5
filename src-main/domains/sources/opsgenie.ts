import { skeleton } from './skeleton'

export const opsgenie = skeleton('opsgenie')
