import { skeleton } from './skeleton'

export const kubernetes = skeleton('kubernetes')
