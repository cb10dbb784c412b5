import { skeleton } from './skeleton'

export const grafana = skeleton('grafana')
