/**
 * One weight for each of `FEATURES`, learnt by `npm run train` from alert-runbook pairs under Apache-2.0 and MIT
 * (prometheus-operator, OpenShift, KubeVirt, 3scale, CloudNativePG, cert-manager, GitLab, GOV.UK). No row is kept.
 */
export const RANKING_WEIGHTS: readonly number[] = [
  12.681, 2.579, 4.451, 2.65, 11.737, -4.677, -0.549, -0.395, -0.212,
]

/** Below this a runbook shares so little with the alert that showing it would be noise. */
export const LEAST_SCORE = 2.5
