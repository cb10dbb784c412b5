import { skeleton } from './skeleton'

export const eventbridge = skeleton('eventbridge')
