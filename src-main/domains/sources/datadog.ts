import { skeleton } from './skeleton'

export const datadog = skeleton('datadog')
