import { skeleton } from './skeleton'

export const github = skeleton('github')
