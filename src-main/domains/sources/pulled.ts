import type { SourceKind } from '#contract/intake'
import { readPulled as readAlertmanager } from './alertmanager-pulled'
import { readPulled as readGithub } from './github-pulled'
import { readPulled as readGitlab } from './gitlab-pulled'
import { readPulled as readGrafana } from './grafana-pulled'
import { readPulled as readPagerduty } from './pagerduty-pulled'
import { readPulled as readSentry } from './sentry-pulled'
import type { Reading, SourceRequest } from './source'

/** How records of a kind's API are read, where they differ from what its webhooks send. */
export const PULLED: Readonly<Partial<Record<SourceKind, (request: SourceRequest) => Reading>>> = {
  alertmanager: readAlertmanager,
  grafana: readGrafana,
  pagerduty: readPagerduty,
  sentry: readSentry,
  github: readGithub,
  gitlab: readGitlab,
}
