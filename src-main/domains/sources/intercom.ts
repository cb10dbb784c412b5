import { skeleton } from './skeleton'

export const intercom = skeleton('intercom')
