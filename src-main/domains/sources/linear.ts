import { skeleton } from './skeleton'

export const linear = skeleton('linear')
