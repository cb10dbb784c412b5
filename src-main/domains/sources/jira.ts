import { skeleton } from './skeleton'

export const jira = skeleton('jira')
