import { skeleton } from './skeleton'

export const circleci = skeleton('circleci')
