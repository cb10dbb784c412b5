import { skeleton } from './skeleton'

export const servicenow = skeleton('servicenow')
