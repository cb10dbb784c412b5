import type { SourceSettings } from '#contract/intake'
import type { Timestamp } from '#contract/primitives'
import { firstLine, lineAt, toUrl, valueAt, wordOf } from './values'

/** One event as its parts read it. */
export interface Event {
  readonly body: unknown
  /** `group/sub/name` */
  readonly project: string
  readonly defaultBranch: string
  readonly receivedAt: Timestamp
  readonly settings: SourceSettings
}

/**
 * The path of the project. A job of an old version names it by its title only, with spaces, and its repository by an
 * address.
 */
export function projectOf(body: unknown): string {
  const path = lineAt(body, 'project', 'path_with_namespace')
  if (path !== '') return path
  const home = toUrl(valueAt(body, 'project', 'web_url'), valueAt(body, 'repository', 'homepage'))
  if (home !== undefined) return new URL(home).pathname.replace(/^\/|\/$|\.git$/g, '')
  return lineAt(body, 'project_name').replaceAll(' / ', '/')
}

/** Who did it: a user by the name that is typed, else by the one that is shown. */
export const userOf = (body: unknown): string | undefined =>
  wordOf(
    valueAt(body, 'user', 'username'),
    valueAt(body, 'user', 'name'),
    valueAt(body, 'user_username'),
    valueAt(body, 'user_name'),
  )

export const titlesOf = (labels: readonly unknown[]): string[] =>
  labels.map((label) => firstLine(valueAt(label, 'title'), valueAt(label, 'name')))
