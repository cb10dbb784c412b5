import type { TestProgress } from '#contract/connections'
import { Refusal } from '#contract'
import type { Target } from '#domains/connectors'
import type { Credentials } from '#domains/credentials'
import type { Answer, Egress } from '#domains/egress'
import type { HttpStage } from '#platform/http-client'
import type { Masking } from '#platform/masking'
import { openKeys, serviceOf } from './keys'

interface Needs {
  readonly masking: Masking
  readonly credentials: Credentials
  readonly egress: Pick<Egress, 'ask'>
}
type Stage = TestProgress['stage']

const TEST_MS = 15_000
const STAGE_OF: Partial<Record<HttpStage, Stage>> = { name: 'name', tcp: 'tcp', tls: 'tls' }

/** One harmless request to the address, told stage by stage. */
export async function* testService(
  needs: Needs,
  target: Target,
  signal: AbortSignal,
): AsyncGenerator<TestProgress> {
  const began = performance.now()
  const say = (stage: Stage, state: TestProgress['state'], detail: string): TestProgress => ({
    stage,
    state,
    detail: needs.masking.mask(detail),
    hostKey: null,
    tookMs: state === 'running' ? 0 : performance.now() - began,
  })
  const stages = stagesOf(target)
  yield say('name', 'running', `Asking ${target.host}`)
  const asked = await ask(needs, target, signal).catch((error: unknown) => {
    if (error instanceof Refusal) return error
    throw error
  })
  if (signal.aborted) return
  const { failedAt, words } = judge(asked, target)
  for (const stage of stages) {
    if (stage === failedAt) {
      yield say(stage, 'failed', words)
      return
    }
    yield say(stage, 'passed', passedWords(stage, target, words))
  }
}

function stagesOf({ specifics }: Target): Stage[] {
  const isOpen = specifics?.kind === 'http' && specifics.baseUrl.startsWith('http:')
  return isOpen
    ? ['name', 'tcp', 'auth', 'permission']
    : ['name', 'tcp', 'tls', 'auth', 'permission']
}

async function ask(needs: Needs, target: Target, signal: AbortSignal): Promise<Answer> {
  const url = new URL(serviceOf(target).baseUrl)
  const { headers, trust } = await openKeys(target, url, needs)
  const request = { url, headers, trust, signal, totalMs: TEST_MS, cut: true, mostBytes: 64 * 1024 }
  return needs.egress.ask(request, { purpose: 'connection test', actor: target.name })
}

function judge(asked: Answer | Refusal, { host }: Target): { failedAt?: Stage; words: string } {
  if (asked instanceof Refusal) return { failedAt: 'auth', words: asked.message }
  if (asked.status === 'refused') return { failedAt: 'name', words: asked.reason }
  if (asked.status === 'cancelled') return { failedAt: 'name', words: 'The test was stopped.' }
  if (asked.status === 'failed')
    return { failedAt: STAGE_OF[asked.stage] ?? 'permission', words: asked.reason }
  const { status } = asked.response
  if (status === 401)
    return {
      failedAt: 'auth',
      words: `${host} does not know this credential (401). Check kind and secret of the sign-in.`,
    }
  if (status === 403)
    return { failedAt: 'permission', words: `${host} knows this credential and refuses it (403).` }
  if (status >= 500)
    return { failedAt: 'permission', words: `${host} answers, but is in trouble (${status}).` }
  return { words: `The address answers ${status}. Steps ask what is below it.` }
}

function passedWords(stage: Stage, { host, port, specifics }: Target, words: string): string {
  if (stage === 'name') return `${host} has an address.`
  if (stage === 'tcp') return `Something answers at ${host}:${port}.`
  if (specifics?.kind !== 'http' || stage === 'permission') return words
  if (stage === 'auth')
    return specifics.auth === 'none'
      ? 'It is asked without a credential.'
      : 'The credential was not refused.'
  return specifics.tls.mode === 'verify_ca'
    ? 'Encrypted; its certificate comes from a trusted authority. Its name is not checked.'
    : 'Encrypted; its certificate is valid and for this name.'
}
