import { skeleton } from './skeleton'

export const jenkins = skeleton('jenkins')
