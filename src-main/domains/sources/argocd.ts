import { skeleton } from './skeleton'

export const argocd = skeleton('argocd')
