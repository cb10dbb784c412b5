import { skeleton } from './skeleton'

export const gitlab = skeleton('gitlab')
