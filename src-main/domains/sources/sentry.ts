import { skeleton } from './skeleton'

export const sentry = skeleton('sentry')
