import { useQueryClient } from '@tanstack/react-query'
import { Clapperboard, Plug, ShieldCheck, WifiOff } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { api } from '#api'
import type { Settings } from '#contract/settings'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { paths, useGo } from '#ui/links'
import { Page, usePageHead } from '#ui/page'
import { useShortcut } from '#ui/shortcuts'
import { ConnectSource } from './connect-source'

/** Two doors: a little world that really breaks, or the first real source. */
export function FirstStartScreen() {
  usePageHead('Welcome aboard')
  const [connecting, setConnecting] = useState(false)
  const go = useGo()
  const client = useQueryClient()
  const keep = useCommand(api.settings.update, {
    failed: 'That a door was taken was not kept: it will be asked again',
    refresh: [['settings']],
  })
  // At once, without waiting for the answer: whoever goes on must not be called back by it.
  const finish = (to: string = paths.watch()) => {
    client.setQueryData<Settings>(
      ['settings', 'get'],
      (old) => old && { ...old, firstStartDone: true },
    )
    keep.mutate({ firstStartDone: true })
    go(to)
  }
  const demo = useCommand(api.demo.start, {
    done: 'The demo watch is starting. Break something with Shift D.',
    failed: 'The demo watch did not start',
    refresh: [['demo']],
    onDone: () => finish(),
  })
  const startDemo = () => demo.mutate({})
  useShortcut('d', 'Start the demo watch', startDemo, {
    group: 'First start',
    off: demo.isPending || connecting,
  })
  useShortcut('c', 'Connect your first source', () => setConnecting(true), {
    group: 'First start',
    off: connecting,
  })
  return (
    <Page narrow className="justify-center gap-6 py-10">
      <Welcome />
      {connecting ? (
        <ConnectSource
          onBack={() => setConnecting(false)}
          onDone={() => finish()}
          onOther={(kind) => finish(paths.addSource(kind))}
        />
      ) : (
        <Doors busy={demo.isPending} onDemo={startDemo} onConnect={() => setConnecting(true)} />
      )}
      {!connecting && (
        <div className="flex justify-center">
          <Button variant="ghost" onClick={() => finish()}>
            Neither now: go to the watch
          </Button>
        </div>
      )}
    </Page>
  )
}

function Welcome() {
  return (
    <header className="flex flex-col items-center gap-2 text-center">
      <span
        aria-hidden
        className="mb-2 size-11 rounded-[13px] bg-linear-to-tr from-[#63b3ed] to-[#4cc38a]"
      />
      <h2 className="text-[26px] font-[640] tracking-[-0.02em]">Welcome to Quarterdeck</h2>
      <p className="max-w-[58ch] text-muted">
        Alerts come in, are triaged, and a runbook is proposed. Each risky step runs only after you
        approved exactly that action. Then the fix is verified and the ticket closes.
      </p>
      <ul className="mt-1 flex flex-wrap justify-center gap-x-5 gap-y-1 text-small text-muted">
        <li className="flex items-center gap-1.5">
          <WifiOff size={14} strokeWidth={1.75} aria-hidden /> Works offline, without an account
        </li>
        <li className="flex items-center gap-1.5">
          <ShieldCheck size={14} strokeWidth={1.75} aria-hidden /> Credentials never leave this
          machine
        </li>
      </ul>
    </header>
  )
}

function Doors({
  busy,
  onDemo,
  onConnect,
}: {
  busy: boolean
  onDemo: () => void
  onConnect: () => void
}) {
  return (
    <div className="grid gap-4 @container min-[760px]:grid-cols-2">
      <Door
        icon={<Clapperboard size={20} strokeWidth={1.75} />}
        title="Start the demo watch"
        points={[
          'A little world of real processes on this machine: services, a database, an SSH server.',
          'Things really break, and the shipped runbooks really fix them.',
          'Offline. It leaves no process and no file behind.',
        ]}
        action={
          <Button variant="primary" size="large" keys="d" busy={busy} onClick={onDemo}>
            Start the demo watch
          </Button>
        }
      />
      <Door
        icon={<Plug size={20} strokeWidth={1.75} />}
        title="Connect your first source"
        points={[
          'Get an address for Alertmanager, Grafana, PagerDuty, GitHub, Zendesk and two dozen more, or any JSON sender.',
          'Copy it into the sender, or send a test alert from here.',
          'The first alert becomes the first ticket, already triaged.',
        ]}
        action={
          <Button size="large" keys="c" onClick={onConnect}>
            Connect a source
          </Button>
        }
      />
    </div>
  )
}

function Door({
  icon,
  title,
  points,
  action,
}: {
  icon: ReactNode
  title: string
  points: readonly string[]
  action: ReactNode
}) {
  return (
    <section className="flex flex-col gap-3 rounded-card border border-line bg-surface p-5">
      <span
        aria-hidden
        className="flex size-10 items-center justify-center rounded-[10px] text-accent tint-accent"
      >
        {icon}
      </span>
      <h3 className="text-lead font-semibold tracking-tight">{title}</h3>
      <ul className="flex flex-1 list-disc flex-col gap-1.5 pl-4 text-muted marker:text-faint">
        {points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      <div className="flex justify-end pt-2">{action}</div>
    </section>
  )
}
