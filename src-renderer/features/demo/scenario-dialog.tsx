import { Zap } from 'lucide-react'
import { api } from '#api'
import type { DemoStatus } from '#contract/demo'
import { Button } from '#ui/button'
import { Chip, type Tone } from '#ui/chip'
import { useCommand } from '#ui/command'
import { Dialog } from '#ui/dialog'
import { paths, useGo } from '#ui/links'

type Scenario = DemoStatus['scenarios'][number]

const STATE: Readonly<Record<Scenario['state'], { word: string; tone: Tone }>> = {
  idle: { word: 'whole', tone: 'neutral' },
  breaking: { word: 'breaking', tone: 'attention' },
  broken: { word: 'broken', tone: 'bad' },
  handled: { word: 'handled', tone: 'good' },
}

/** Chooses what breaks next. Each one really breaks, and its alert comes by itself a few seconds later. */
export function ScenarioDialog({
  scenarios,
  onClose,
}: {
  scenarios: readonly Scenario[]
  onClose: () => void
}) {
  const go = useGo()
  const trigger = useCommand(api.demo.trigger, {
    done: 'It is breaking; the watchdog will notice in a few seconds',
    failed: 'It was not broken',
    refresh: [['demo']],
    onDone: onClose,
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title="Break something"
      description="Each of these really breaks on this machine, and a shipped runbook really fixes it."
    >
      <ul className="flex flex-col gap-2">
        {scenarios.map((one) => (
          <ScenarioRow
            key={one.id}
            scenario={one}
            busy={trigger.isPending && trigger.variables.scenario === one.id}
            onBreak={() => trigger.mutate({ scenario: one.id })}
            onTicket={(id) => {
              onClose()
              go(paths.ticket(id))
            }}
          />
        ))}
      </ul>
    </Dialog>
  )
}

interface ScenarioRowProps {
  scenario: Scenario
  busy: boolean
  onBreak: () => void
  onTicket: (id: string) => void
}

function ScenarioRow({ scenario, busy, onBreak, onTicket }: ScenarioRowProps) {
  const { title, story, state, ticketId } = scenario
  return (
    <li className="flex items-center gap-3 rounded-[10px] border border-line bg-canvas px-3.5 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2 font-semibold">
          {title}
          <Chip tone={STATE[state].tone}>{STATE[state].word}</Chip>
        </p>
        <p className="text-small text-muted">{story}</p>
      </div>
      {ticketId !== null && (
        <Button size="small" variant="ghost" onClick={() => onTicket(ticketId)}>
          Its ticket
        </Button>
      )}
      <Button
        size="small"
        icon={<Zap size={14} strokeWidth={1.75} />}
        disabled={state === 'breaking' || state === 'broken'}
        busy={busy}
        aria-label={`Break: ${title}`}
        onClick={onBreak}
      >
        Break
      </Button>
    </li>
  )
}
