import { isIP } from 'node:net'
import { PullStage, type PullTest } from '#contract/pulls'
import { PLANS } from './plans'
import { type Opened } from './opening'
import { PullProblem } from './pull-plan'
import type { PullKind } from '#contract/pulls'

type Stages = PullTest['stages']

/** Asks as a first pull would and keeps nothing. */
export async function tryOut(
  kind: PullKind,
  url: URL,
  open: () => Promise<Opened>,
): Promise<PullTest> {
  let found = 0
  try {
    const { round } = await open()
    for await (const { records } of PLANS[kind].pull(round, undefined)) found += records.length
  } catch (error) {
    if (!(error instanceof PullProblem)) throw error
    return { ok: false, stages: stagesOf(url, error), found, summary: error.message }
  }
  const summary = found === 1 ? 'It answers: 1 record now.' : `It answers: ${found} records now.`
  return { ok: true, stages: stagesOf(url, undefined), found, summary }
}

function stagesOf(url: URL, problem: PullProblem | undefined): Stages {
  const skipped = new Set<PullStage>()
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) skipped.add('name')
  if (url.protocol === 'http:') skipped.add('tls')
  const all = PullStage.options
  const failedAt = problem ? all.indexOf(problem.stage) : all.length
  return all.map((stage, at) => {
    if (at === failedAt) return { stage, outcome: 'failed', text: problem!.message }
    if (skipped.has(stage)) return { stage, outcome: 'not_needed', text: '' }
    return { stage, outcome: at < failedAt ? 'passed' : 'not_reached', text: '' }
  })
}
