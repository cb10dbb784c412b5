import { skeleton } from './skeleton'

export const salesforce = skeleton('salesforce')
