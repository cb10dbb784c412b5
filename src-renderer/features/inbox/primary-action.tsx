import { useQuery } from '@tanstack/react-query'
import { BookOpen, Check, Play, RotateCcw, ShieldCheck } from 'lucide-react'
import type { RunbookId } from '#contract/primitives'
import type { Ticket } from '#contract/tickets'
import { Button } from '#ui/button'
import { paths, useGo } from '#ui/links'
import { safeString } from '#ui/plain-text'
import { useShortcut } from '#ui/shortcuts'
import { useTicketRun } from './run-banner'
import type { useTicketCommands } from './ticket-commands'
import { ticketQueries } from './ticket-queries'
import { allowed } from './ticket-words'

const ICON = { size: 15, strokeWidth: 1.75 }

interface PrimaryActionProps {
  ticket: Ticket
  commands: ReturnType<typeof useTicketCommands>
  onPlan: (id: RunbookId) => void
}

/** The one next step: answer, watch, plan, resolve or reopen, whichever comes first now. */
export function PrimaryAction({ ticket, commands, onPlan }: PrimaryActionProps) {
  const { run, approval } = useTicketRun(ticket)
  const best = useQuery(ticketQueries.triage(ticket.id)).data?.runbooks[0]
  const go = useGo()
  const may = allowed(ticket)
  const plan = () => best !== undefined && onPlan(best.runbookId)
  const canPlan = best !== undefined && run === undefined && !may.reopen
  useShortcut(
    'a',
    'Open the approval',
    () => approval !== undefined && go(paths.approval(approval.id)),
    { group: 'Ticket', off: approval === undefined },
  )
  useShortcut('l', 'Look at the run', () => run !== undefined && go(paths.run(run.id)), {
    group: 'Ticket',
    off: run === undefined,
  })
  useShortcut('p', 'Plan the best runbook', plan, { group: 'Ticket', off: !canPlan })
  if (approval !== undefined) {
    return (
      <>
        <Button
          keys="l"
          className="@max-[560px]:hidden"
          onClick={() => go(paths.run(approval.runId))}
        >
          Look first
        </Button>
        <Button
          variant="primary"
          keys="a"
          icon={<ShieldCheck {...ICON} />}
          onClick={() => go(paths.approval(approval.id))}
        >
          Open approval
        </Button>
      </>
    )
  }
  if (run !== undefined) {
    return (
      <Button
        variant="primary"
        keys="l"
        icon={<Play {...ICON} />}
        onClick={() => go(paths.run(run.id))}
      >
        Look at the run
      </Button>
    )
  }
  return (
    <NextStep
      ticket={ticket}
      commands={commands}
      best={canPlan ? best.title : null}
      onPlan={plan}
    />
  )
}

function NextStep({
  ticket,
  commands,
  best,
  onPlan,
}: {
  ticket: Ticket
  commands: PrimaryActionProps['commands']
  best: string | null
  onPlan: () => void
}) {
  const may = allowed(ticket)
  const { id } = ticket
  if (may.reopen) {
    return (
      <Button
        keys="o"
        icon={<RotateCcw {...ICON} />}
        busy={commands.reopen.isPending}
        onClick={() => commands.reopen.mutate({ id })}
      >
        Reopen
      </Button>
    )
  }
  return (
    <>
      <Button
        variant={best === null ? 'primary' : 'secondary'}
        keys="r"
        icon={<Check {...ICON} />}
        disabled={!may.resolve}
        busy={commands.resolve.isPending}
        onClick={() => commands.resolve.mutate({ id })}
      >
        <span className={best === null ? undefined : '@max-[560px]:sr-only'}>Resolve</span>
      </Button>
      {best !== null && (
        <Button
          variant="primary"
          keys="p"
          icon={<BookOpen {...ICON} />}
          title={safeString(best, 120)}
          onClick={onPlan}
        >
          Plan runbook
        </Button>
      )}
    </>
  )
}
