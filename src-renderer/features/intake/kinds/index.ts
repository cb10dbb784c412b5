import type { SourceKind } from '#contract/intake'
import { alertmanager } from './alertmanager'
import { argocd } from './argocd'
import { bitbucket } from './bitbucket'
import { circleci } from './circleci'
import { cloudevents } from './cloudevents'
import { cloudwatchSns } from './cloudwatch-sns'
import { codecov } from './codecov'
import { datadog } from './datadog'
import { eventbridge } from './eventbridge'
import { generic } from './generic'
import { github } from './github'
import { gitlab } from './gitlab'
import { grafana } from './grafana'
import { heroku } from './heroku'
import { intercom } from './intercom'
import { jenkins } from './jenkins'
import { jira } from './jira'
import { kubernetes } from './kubernetes'
import { linear } from './linear'
import { nagios } from './nagios'
import { newrelic } from './newrelic'
import { opsgenie } from './opsgenie'
import { pagerduty } from './pagerduty'
import { prometheus } from './prometheus'
import { salesforce } from './salesforce'
import { sentry } from './sentry'
import { servicenow } from './servicenow'
import { sonarqube } from './sonarqube'
import { splunk } from './splunk'
import { uptimeKuma } from './uptime-kuma'
import { zabbix } from './zabbix'
import { zendesk } from './zendesk'
import type { KindWords } from './kind'

/** Every kind of sender, as an operator sees it: monitors first, then people, then engineering work. */
export const KIND_WORDS: Readonly<Record<SourceKind, KindWords>> = {
  alertmanager,
  prometheus,
  grafana,
  pagerduty,
  datadog,
  sentry,
  newrelic,
  'cloudwatch-sns': cloudwatchSns,
  eventbridge,
  splunk,
  opsgenie,
  zabbix,
  nagios,
  'uptime-kuma': uptimeKuma,
  kubernetes,
  cloudevents,
  generic,
  zendesk,
  salesforce,
  intercom,
  servicenow,
  jira,
  linear,
  github,
  gitlab,
  bitbucket,
  circleci,
  jenkins,
  argocd,
  heroku,
  codecov,
  sonarqube,
}
