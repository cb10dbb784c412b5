import { skeleton } from './skeleton'

export const bitbucket = skeleton('bitbucket')
