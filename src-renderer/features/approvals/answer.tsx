import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '#api'
import { Refusal } from '#contract'
import type { Approval } from '#contract/approvals'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { AskReason } from '#ui/confirm'
import { HoldButton } from '#ui/hold-button'
import { useShortcut } from '#ui/shortcuts'
import { Switch } from '#ui/switch'
import { approvalQueries } from './approval-queries'
import { wantsReason } from './approval-words'

type Said = 'approve' | 'reject'

/** Reject with R and a reason; approve by holding, and where the policy wants it with a reason after that. */
export function Answer({ approval, seenHash }: { approval: Approval; seenHash: string }) {
  const [saying, setSaying] = useState<Said | null>(null)
  const [remember, setRemember] = useState(false)
  const { data: standing } = useQuery(approvalQueries.standing(approval.id))
  const { give, isPending, isStale } = useAnswer(approval, seenHash, () => setSaying(null))
  const answer = (decision: Said, comment = '') =>
    give(decision, comment, remember && decision === 'approve')
  const reject = () => setSaying('reject')
  useShortcut('r', 'Reject', reject, { group: 'Approval', off: isPending })
  return (
    <>
      {isStale && <span className="text-small text-critical">It changed: read it anew.</span>}
      <YourStanding approval={approval} remember={remember} onRemember={setRemember} />
      <Button variant="danger" size="large" keys="r" disabled={isPending} onClick={reject}>
        Reject
      </Button>
      <HoldButton
        holdKey="a"
        tone={approval.frozen?.tier === 'destroy' ? 'danger' : 'good'}
        busy={isPending}
        disabled={isStale || standing?.mayApprove !== true}
        onHeld={() => (wantsReason(approval) ? setSaying('approve') : answer('approve'))}
      >
        {approval.frozen === null ? 'Hold to say yes and sign' : 'Hold to approve and sign'}
      </HoldButton>
      <AskReason
        {...(saying === 'approve' ? YES : NO)}
        open={saying !== null}
        onClose={() => setSaying(null)}
        busy={isPending}
        onAnswer={(comment) => answer(saying ?? 'reject', comment)}
      />
    </>
  )
}

const NO = {
  title: 'Reject this action?',
  description:
    'The step does not run, and the run stops there. What was done before can be undone from the run.',
  label: 'Why',
  danger: true,
  action: 'Reject and sign',
}
const YES = {
  title: 'Approve this action?',
  description: 'Your reason is signed with your answer and stays in the audit log.',
  label: 'Why it is right to run it',
  danger: false,
  action: 'Approve and sign',
}

const DONE: Partial<Record<Approval['status'], string>> = {
  rejected: 'Rejected: the step will not run',
  waiting: 'Your yes is signed: others have to agree, too',
}

function useAnswer(approval: Approval, seenHash: string, onDone: () => void) {
  const decide = useCommand(api.approvals.decide, {
    done: ({ status }) => DONE[status] ?? 'Approved: the step goes ahead',
    failed: 'The answer was not taken',
    refresh: [['approvals'], ['runs'], ['people', 'myKey'], ['insights', 'watch']],
    onDone,
  })
  const isRefused = decide.error instanceof Refusal && decide.error.code === 'conflict'
  const { id, subjectHash } = approval
  return {
    isPending: decide.isPending,
    isStale: isRefused || seenHash !== subjectHash,
    give: (decision: Said, comment: string, remember: boolean) =>
      decide.mutate({ id, subjectHash: seenHash, decision, comment, remember }),
  }
}

/** Why you may not say yes, or in whose stead you would; and whether it may count again. */
function YourStanding({
  approval,
  remember,
  onRemember,
}: {
  approval: Approval
  remember: boolean
  onRemember: (on: boolean) => void
}) {
  const { data: standing } = useQuery(approvalQueries.standing(approval.id))
  if (standing === undefined) return null
  if (standing.why !== '')
    return <span className="max-w-[340px] text-small text-high">{standing.why}</span>
  return (
    <>
      {standing.for !== null && (
        <span className="text-small text-muted">You answer for {standing.for}.</span>
      )}
      {standing.mayRemember && (
        <Switch
          label="Approve the same bytes again"
          help="For you, until this console stops."
          checked={remember}
          onChange={onRemember}
        />
      )}
    </>
  )
}
