import { skeleton } from './skeleton'

export const heroku = skeleton('heroku')
