/**
 * One weight for each of `FEATURES`, learnt by `npm run train` from alerts and runbooks under Apache-2.0, MIT and
 * OGL-3.0 (prometheus-operator, OpenShift, KubeVirt, 3scale, CloudNativePG, cert-manager, GitLab, GOV.UK; named in
 * resources/models/README.md). No row is kept.
 */
export const RANKING_WEIGHTS: readonly number[] = [
  11.966, 2.796, 4.344, 2.646, 12.312, -4.586, -0.403, -0.369, -0.163,
]

/** Below this a runbook shares so little with the alert that showing it would be noise. */
export const LEAST_SCORE = 4
