import { skeleton } from './skeleton'

export const codecov = skeleton('codecov')
