import type { Approval } from '#contract/approvals'

export const STATUS_WORDS: Readonly<
  Record<Approval['status'], { word: string; color: string; sentence: string }>
> = {
  waiting: { word: 'waiting', color: 'text-high', sentence: 'It waits for an answer.' },
  approved: {
    word: 'approved',
    color: 'text-ok',
    sentence: 'It was approved and is about to run.',
  },
  used: {
    word: 'approved',
    color: 'text-ok',
    sentence: 'It was approved, and the step was started with it. It cannot be used again.',
  },
  rejected: {
    word: 'rejected',
    color: 'text-critical',
    sentence: 'It was rejected. The step did not run.',
  },
  expired: {
    word: 'expired',
    color: 'text-muted',
    sentence: 'Nobody answered in time, which counts as a no. The step did not run.',
  },
  withdrawn: {
    word: 'withdrawn',
    color: 'text-muted',
    sentence: 'The run ended or changed before anybody answered. The step did not run.',
  },
}

/** The headline of the card: `Restart checkout-api on web-2`. */
export function approvalTitle(approval: Pick<Approval, Where | 'stepTitle' | 'purpose'>): string {
  const { stepTitle, purpose } = approval
  const what = purpose === 'undo' && !/^undo/i.test(stepTitle) ? `Undo: ${stepTitle}` : stepTitle
  const where = whereWords(approval)
  return where === null || what.includes(where) ? what : `${what} on ${where}`
}

type Where = 'frozen' | 'set'

/** The one target by its name, several by their number; null when the approval runs nothing itself. */
export function whereWords({ frozen, set }: Pick<Approval, Where>): string | null {
  if (set !== undefined && set.length > 1) return `${set.length} targets`
  return frozen?.action.target.connectionName ?? null
}

/** What an undo says about itself: the code, that there is none, or that nothing has to be taken back. */
export function undoWords({ undo, purpose }: Pick<Approval, 'undo' | 'purpose'>): {
  text: string
  code: string | null
  tone: 'good' | 'bad' | 'neutral'
} {
  if (purpose === 'undo') return { text: 'this is itself an undo', code: null, tone: 'neutral' }
  if (undo === 'irreversible') return { text: 'cannot be taken back', code: null, tone: 'bad' }
  if (undo === null) return { text: 'nothing to take back', code: null, tone: 'neutral' }
  return { text: 'undo:', code: undo, tone: 'good' }
}

/** Has a yes to say why? A no always has to. */
export function wantsReason({ policy, frozen }: Pick<Approval, 'policy' | 'frozen'>): boolean {
  return frozen?.tier === 'destroy' || policy.requires?.reason === true
}

/** How many people have to agree, and how many have. */
export function countWords({ policy, answers }: Approval): string | null {
  const needed = policy.requires?.people ?? 1
  if (needed === 1) return null
  const yes = answers.filter(({ decision }) => decision === 'approve').length
  return `${yes} of ${needed} agreed`
}

/** Who has to agree: `2 approvers of the group dba, not who asked, with a reason`. */
export function askedWords(approval: Pick<Approval, 'policy' | 'frozen'>): string {
  const { policy, frozen } = approval
  const { people = 1, from = [], notRequester = false } = policy.requires ?? {}
  return [
    `takes ${people === 1 ? 'one approver' : `${people} approvers`}`,
    ...from.map((names) => `of ${names.map(nameWords).join(' or ')}`),
    ...(notRequester || frozen?.tier === 'destroy' ? ['not who asked'] : []),
    ...(wantsReason(approval) ? ['with a reason'] : []),
  ].join(', ')
}

const nameWords = (name: string) =>
  name.startsWith('group:') ? `the group ${name.slice('group:'.length)}` : name
