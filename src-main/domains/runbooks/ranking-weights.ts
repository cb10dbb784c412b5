/**
 * One weight for each of `FEATURES`, learnt by `npm run train` from alert-runbook pairs under Apache-2.0 and MIT
 * (prometheus-operator, OpenShift, KubeVirt, 3scale, CloudNativePG, cert-manager, GitLab, GOV.UK). No row is kept.
 */
export const RANKING_WEIGHTS: readonly number[] = [
  12.673, 2.571, 4.591, 2.688, 11.823, -4.668, -0.485, -0.365, -0.205,
]

/** Below this a runbook shares so little with the alert that showing it would be noise. */
export const LEAST_SCORE = 4
