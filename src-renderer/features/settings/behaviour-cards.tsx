import { useQuery } from '@tanstack/react-query'
import { Bell, Radio, ShieldCheck, Waypoints } from 'lucide-react'
import type { Settings } from '#contract/settings'
import { Card } from '#ui/card'
import { Switch } from '#ui/switch'
import { NumberField } from './number-field'
import { settingsQueries, useGovernSettings, useUpdateSettings } from './settings-queries'

/** How long an approval waits for an answer. */
export function ApprovalsCard({ settings }: { settings: Settings }) {
  const update = useGovernSettings('Kept: new approvals wait this long')
  return (
    <Card title="Approvals" icon={<ShieldCheck size={16} strokeWidth={1.75} />}>
      <NumberField
        label="Minutes an approval waits"
        help="No answer in time is a no: the step does not run. Approvals that wait already keep their time."
        value={settings.approvalMinutes}
        min={1}
        max={1440}
        onKeep={(approvalMinutes) => update.mutate({ approvalMinutes })}
      />
      <Switch
        label="Single-operator mode"
        help="For who is alone: you may approve what you asked for yourself, also what destroys. Every approval and the audit log say so. It has no effect once there is a second approver."
        checked={settings.singleOperator}
        onChange={(singleOperator) => update.mutate({ singleOperator })}
      />
    </Card>
  )
}

/** Desktop notifications: the setting, and in a browser also its permission. */
export function NotificationsCard({ settings }: { settings: Settings }) {
  const update = useUpdateSettings()
  const { data: host } = useQuery(settingsQueries.host())
  const native = host?.capabilities.includes('native_notifications') ?? false
  const denied = !native && 'Notification' in globalThis && Notification.permission === 'denied'
  return (
    <Card title="Notifications" icon={<Bell size={16} strokeWidth={1.75} />}>
      <Switch
        label="Tell me when a person is needed"
        help={
          denied
            ? 'Your browser has forbidden notifications for this address. Allow them there first.'
            : 'For a waiting approval, an unknown outcome, and a fix that did not show.'
        }
        checked={settings.notifications && !denied}
        onChange={(notifications) => {
          if (notifications && !native && 'Notification' in globalThis)
            void Notification.requestPermission()
          update.mutate({ notifications })
        }}
      />
    </Card>
  )
}

/** The port of the listener. */
export function IntakeCard({ settings }: { settings: Settings }) {
  const update = useGovernSettings('Kept: used from the next start on')
  return (
    <Card title="Intake" icon={<Radio size={16} strokeWidth={1.75} />}>
      <NumberField
        label="Port for alerts"
        help="On 127.0.0.1. Takes effect at the next start; 0 takes any free port, so every source's address changes."
        value={settings.intakePort}
        min={0}
        max={65_535}
        onKeep={(intakePort) => update.mutate({ intakePort })}
      />
    </Card>
  )
}

/** What may leave this machine. */
export function EgressCard({ settings }: { settings: Settings }) {
  const update = useGovernSettings()
  return (
    <Card title="What leaves this machine" icon={<Waypoints size={16} strokeWidth={1.75} />}>
      <Switch
        label="Offline"
        help="Nothing leaves this machine except to the hosts that steps run on: no source is asked, and whatever wanted to leave is refused and listed under Audit."
        checked={settings.offline}
        onChange={(offline) => update.mutate({ offline })}
      />
    </Card>
  )
}
