import type { SourceSettings } from '#contract/intake'
import type { Timestamp } from '#contract/primitives'
import { firstLine, toLine, toTime, valueAt } from './values'
import { at, toUrl, wordOf } from './values-c'

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
  const path = toLine(at(body, 'project', 'path_with_namespace'))
  if (path !== '') return path
  const home = toUrl(at(body, 'project', 'web_url'), at(body, 'repository', 'homepage'))
  if (home !== undefined) return new URL(home).pathname.replace(/^\/|\/$|\.git$/g, '')
  return toLine(valueAt(body, 'project_name')).replaceAll(' / ', '/')
}

/** The time at the first name that holds one; GitLab writes `2016-08-12 15:23:28 UTC` as well as ISO. */
export function timeIn(
  holder: unknown,
  receivedAt: Timestamp,
  ...names: readonly string[]
): Timestamp | undefined {
  return names
    .map((name) => toTime(valueAt(holder, name), receivedAt))
    .find((time) => time !== undefined)
}

/** Who did it: a user by the name that is typed, else by the one that is shown. */
export const userOf = (body: unknown): string | undefined =>
  wordOf(
    at(body, 'user', 'username'),
    at(body, 'user', 'name'),
    valueAt(body, 'user_username'),
    valueAt(body, 'user_name'),
  )

export const titlesOf = (labels: readonly unknown[]): string[] =>
  labels.map((label) => firstLine(valueAt(label, 'title'), valueAt(label, 'name')))
