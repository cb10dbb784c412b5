import { skeleton } from './skeleton'

export const sonarqube = skeleton('sonarqube')
