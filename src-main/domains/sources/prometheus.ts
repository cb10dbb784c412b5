import { skeleton } from './skeleton'

export const prometheus = skeleton('prometheus')
