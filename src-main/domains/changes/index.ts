// Changes: commits, pull requests, builds and deployments, joined by revision. Judges nothing.
export type { ChangeNews } from './change-news'
