import { skeleton } from './skeleton'

export const zendesk = skeleton('zendesk')
