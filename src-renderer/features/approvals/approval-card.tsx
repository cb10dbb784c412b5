import { useQuery } from '@tanstack/react-query'
import { UserRoundCheck } from 'lucide-react'
import { useRef } from 'react'
import type { ActionTarget } from '#contract/actions'
import type { Approval } from '#contract/approvals'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { Chip } from '#ui/chip'
import { AppLink, paths } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { ScrollArea } from '#ui/scroll-area'
import { Countdown, RelativeTime } from '#ui/relative-time'
import { Skeleton } from '#ui/skeleton'
import { Stepper, type StepState } from '#ui/stepper'
import { TierBadge } from '#ui/tier'
import type { Run } from '#contract/runs'
import { ActionBytes } from './action-bytes'
import { AllTargets } from './all-targets'
import { Answers } from './answers'
import { approvalQueries } from './approval-queries'
import { approvalTitle, STATUS_WORDS } from './approval-words'
import { Decision } from './decision'
import { FoundBefore } from './found-before'
import { IfItGoesWrong, WhyAsked } from './reasons'
import { StatementPreview } from './statement-preview'

/** Everything a person has to know for one answer, drawn from the frozen action alone. */
export function ApprovalCard({
  approval,
  onReread,
}: {
  approval: Approval
  /** Begins anew with the action as it is now. */
  onReread: () => void
}) {
  const seen = useFirstSeenHash(approval)
  return (
    <div className="flex h-full min-h-0 flex-col">
      <ScrollArea label="What is asked" className="flex-1">
        <div className="mx-auto flex w-full max-w-[960px] flex-col gap-4 px-10 py-7 max-[1100px]:px-6 max-md:px-4 max-md:py-4">
          <CardHead approval={approval} />
          {approval.singleOperator && <SingleOperatorNotice approval={approval} />}
          {seen !== approval.subjectHash && <ChangedNotice onReread={onReread} />}
          {approval.frozen === null ? (
            <Gate approval={approval} />
          ) : (
            <ActionBytes frozen={approval.frozen} isOpen={approval.status === 'waiting'} />
          )}
          {approval.set !== undefined && <AllTargets set={approval.set} />}
          <StatementPreview approval={approval} />
          <div className="grid gap-4 min-[900px]:grid-cols-2">
            <WhyAsked approval={approval} />
            <IfItGoesWrong approval={approval} />
          </div>
          <Answers approval={approval} />
          <RunSteps approval={approval} />
        </div>
      </ScrollArea>
      <Decision approval={approval} seenHash={seen} />
    </div>
  )
}

/** The answer is about what was on screen first: if the action changes under the reader, the answer is refused. */
function useFirstSeenHash(approval: Approval): string {
  const seen = useRef(approval.subjectHash)
  // oxlint-disable-next-line react/refs -- read once: the card is made anew for each approval
  return seen.current
}

function CardHead({ approval }: { approval: Approval }) {
  const { frozen, status } = approval
  return (
    <header className="flex flex-col gap-1">
      <div className="flex min-h-[22px] flex-wrap items-center gap-x-3 gap-y-1">
        {frozen === null ? (
          <Chip icon={<UserRoundCheck size={13} />}>A person’s word</Chip>
        ) : (
          <TierBadge tier={frozen.tier} />
        )}
        <span className="text-muted">{reachWords(approval)}</span>
        <span className="ml-auto text-muted">
          {status === 'waiting' ? (
            <Countdown until={approval.expiresAt} prefix="expires in " />
          ) : (
            <span className={STATUS_WORDS[status].color}>{STATUS_WORDS[status].word}</span>
          )}
        </span>
      </div>
      <h2 className="text-title font-[640] tracking-[-0.015em] break-words">
        <PlainText text={approvalTitle(approval)} max={240} />
      </h2>
      <p className="text-muted">
        {approval.purpose === 'undo'
          ? 'The way back'
          : `Step ${approval.stepIndex + 1} of ${approval.stepCount}`}{' '}
        in{' '}
        <AppLink href={paths.run(approval.runId)}>
          <PlainText text={approval.runbookTitle} max={160} />
        </AppLink>
        {approval.ticketId !== null && (
          <>
            {' '}
            for{' '}
            <AppLink href={paths.ticket(approval.ticketId)}>
              <PlainText text={approval.ticketTitle ?? 'its ticket'} max={160} />
            </AppLink>
          </>
        )}
        , asked by {approval.requestedBy} <RelativeTime at={approval.requestedAt} long />
      </p>
    </header>
  )
}

const PLACE: Readonly<Record<ActionTarget['kind'], string>> = {
  local: 'on this machine',
  ssh: 'one host',
  postgres: 'one database',
  mysql: 'one database',
  sqlite: 'one database',
  http: 'one service',
}

function reachWords({ frozen, set, undo, pointOfNoReturn, purpose }: Approval): string {
  if (frozen === null) return 'runs nothing itself; the run waits for a yes'
  const one = PLACE[frozen.action.target.kind]
  const where = set === undefined ? one : `${set.length} targets, one answer for all`
  if (purpose === 'undo') return `${where}, takes back an earlier step`
  if (pointOfNoReturn || undo === 'irreversible') return `${where}, cannot be taken back`
  return undo === null ? where : `${where}, reversible`
}

function ChangedNotice({ onReread }: { onReread: () => void }) {
  return (
    <Banner
      tone="bad"
      title="The action changed while you were reading."
      actions={
        <Button size="small" onClick={onReread}>
          Read it anew
        </Button>
      }
    >
      What you see is the new one. An answer to the old one is refused; nothing has run.
    </Banner>
  )
}

function SingleOperatorNotice({ approval }: { approval: Approval }) {
  if (approval.status !== 'waiting')
    return (
      <Banner tone="info" title="Single-operator mode was on.">
        Nobody else could have approved this. The answer and the audit log say so.
      </Banner>
    )
  return (
    <Banner tone="info" title="Single-operator mode is on.">
      Nobody else here could approve, so you may answer what you asked for yourself. Your answer and
      the audit log say so.
    </Banner>
  )
}

function Gate({ approval }: { approval: Approval }) {
  return (
    <section className="rounded-card border border-line bg-surface p-4">
      <h3 className="mb-1 text-small font-semibold text-muted">What is asked of you</h3>
      <p className="break-words whitespace-pre-wrap">
        <PlainText text={approval.prompt} max={4000} />
      </p>
    </section>
  )
}

const STATE: Readonly<Record<Run['steps'][number]['status'], StepState>> = {
  pending: 'next',
  awaiting_approval: 'now',
  awaiting_person: 'waiting',
  waiting: 'waiting',
  executing: 'now',
  succeeded: 'done',
  warned: 'done',
  failed: 'failed',
  skipped: 'skipped',
  rejected: 'failed',
  cancelled: 'skipped',
  unknown: 'unknown',
}

function RunSteps({ approval }: { approval: Approval }) {
  const { data } = useQuery(approvalQueries.run(approval.runId))
  if (data === undefined) return <Skeleton className="h-12 rounded-card" />
  return (
    <>
      <Stepper
        label="Steps of the run"
        steps={data.steps.filter(isUnderWay).map((step) => ({
          key: step.index,
          title: <PlainText text={step.title} max={80} />,
          state: STATE[step.status],
        }))}
      />
      <FoundBefore steps={data.steps.filter((step) => step.index < approval.stepIndex)} />
    </>
  )
}

/** What stands in the row: no way back that is only registered, and nothing that is part of another step. */
function isUnderWay({ purpose, status, of, group }: Run['steps'][number]): boolean {
  if (purpose === 'step') return true
  if (purpose === 'probe') return of === null
  return purpose === 'undo' && group === null && status !== 'pending'
}
