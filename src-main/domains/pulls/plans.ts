import type { PullKind } from '#contract/pulls'
import { alertmanagerPull } from './alertmanager-pull'
import { githubPull } from './github-pull'
import { gitlabPull } from './gitlab-pull'
import { grafanaPull } from './grafana-pull'
import { pagerdutyPull } from './pagerduty-pull'
import { prometheusPull } from './prometheus-pull'
import type { PullPlan } from './pull-plan'
import { sentryPull } from './sentry-pull'

/** Every kind that can be asked. */
export const PLANS: Readonly<Record<PullKind, PullPlan>> = {
  alertmanager: alertmanagerPull,
  prometheus: prometheusPull,
  grafana: grafanaPull,
  pagerduty: pagerdutyPull,
  sentry: sentryPull,
  github: githubPull,
  gitlab: gitlabPull,
}
