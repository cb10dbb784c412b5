import { skeleton } from './skeleton'

export const cloudwatchSns = skeleton('cloudwatch-sns')
