import { useQuery } from '@tanstack/react-query'
import { Clapperboard, Pause, Play, RotateCcw, Square } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { DemoStatus } from '#contract/demo'
import { Button } from '#ui/button'
import { Dot } from '#ui/chip'
import { useCommand } from '#ui/command'
import { IconButton } from '#ui/icon-button'
import { useShortcut } from '#ui/shortcuts'
import { demoQueries } from './demo-queries'
import { ScenarioDialog } from './scenario-dialog'

const ICON = { size: 15, strokeWidth: 1.75 }

/** One line under the top bar while the demo is on: break something, pause, repair everything, end. */
export function DemoBar() {
  const { data } = useQuery(demoQueries.status())
  if (data === undefined || data.state === 'off') return null
  return <DemoControls status={data} />
}

function DemoControls({ status }: { status: DemoStatus }) {
  const [open, setOpen] = useState(false)
  const refresh = [['demo']]
  const pause = useCommand(api.demo.pause, { failed: 'The demo was not paused', refresh })
  const resume = useCommand(api.demo.resume, { failed: 'The demo does not go on', refresh })
  const reset = useCommand(api.demo.reset, {
    done: 'Everything is whole again',
    failed: 'The demo was not reset',
    refresh,
  })
  const stop = useCommand(api.demo.stop, {
    done: 'The demo watch has ended; its tickets and runs stay',
    failed: 'The demo did not end',
    refresh,
  })
  useShortcut('shift+d', 'Break something in the demo', () => setOpen(true), { group: 'Demo' })
  const isBusy = status.state === 'starting' || status.state === 'stopping'
  return (
    <section
      aria-label="Demo watch"
      className="flex h-10 shrink-0 items-center gap-2 border-b border-accent/30 px-4 tint-accent"
    >
      <Clapperboard size={16} strokeWidth={1.75} className="text-accent" aria-hidden />
      <strong className="font-semibold">Demo watch</strong>
      <span className="min-w-0 flex-1 truncate text-muted">{stateWords(status)}</span>
      <Services status={status} />
      <Button size="small" keys="shift+d" disabled={isBusy} onClick={() => setOpen(true)}>
        Break something
      </Button>
      {status.state === 'paused' ? (
        <IconButton label="Go on" icon={<Play {...ICON} />} onClick={() => resume.mutate({})} />
      ) : (
        <IconButton
          label="Pause the watchdog"
          icon={<Pause {...ICON} />}
          disabled={isBusy}
          onClick={() => pause.mutate({})}
        />
      )}
      <IconButton
        label="Repair everything"
        icon={<RotateCcw {...ICON} />}
        disabled={isBusy || reset.isPending}
        onClick={() => reset.mutate({})}
      />
      <IconButton
        label="End the demo"
        icon={<Square {...ICON} />}
        disabled={isBusy || stop.isPending}
        onClick={() => stop.mutate({})}
      />
      {open && <ScenarioDialog scenarios={status.scenarios} onClose={() => setOpen(false)} />}
    </section>
  )
}

function stateWords({ state, scenarios }: DemoStatus): string {
  if (state === 'starting')
    return 'starting its little world: some processes, an SSH server, a watchdog'
  if (state === 'stopping') return 'ending its processes'
  if (state === 'paused') return 'paused: what is broken stays broken, and nobody is told'
  const broken = scenarios.filter(
    (one) => one.state === 'breaking' || one.state === 'broken',
  ).length
  return broken === 0
    ? 'real processes on this machine, all well'
    : `real processes on this machine, ${broken} broken`
}

function Services({ status }: { status: DemoStatus }) {
  return (
    <ul className="flex items-center gap-3 pr-2 text-caption text-muted max-[1180px]:hidden">
      {status.services.map((service) => (
        <li key={service.name} className="flex items-center gap-1.5" title={service.detail}>
          <Dot tone={service.healthy ? 'good' : 'bad'} />
          {service.name}
          <span className="sr-only">{service.healthy ? 'is well' : 'is broken'}</span>
        </li>
      ))}
    </ul>
  )
}
