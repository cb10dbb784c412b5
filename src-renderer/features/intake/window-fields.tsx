import { WEEKDAYS, type WindowTimes } from '#contract/screening'
import { cx } from '#ui/class-names'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { Tabs } from '#ui/tabs'

interface Props {
  times: WindowTimes
  onChange: (times: WindowTimes) => void
}
const HOUR_MS = 3_600_000
const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone

/** When maintenance is: once, or each week by the wall clock of a zone. */
export function WindowFields({ times, onChange }: Props) {
  return (
    <div className="flex flex-col gap-4">
      <Tabs
        label="How often"
        look="segments"
        tabs={[
          { value: 'once', label: 'Once' },
          { value: 'weekly', label: 'Every week' },
        ]}
        value={times.repeats}
        onChoose={(repeats) => onChange(repeats === 'once' ? once() : weekly())}
      />
      {times.repeats === 'once' ? (
        <div className="grid items-start gap-4 min-[700px]:grid-cols-2">
          <MomentField
            label="From"
            at={times.from}
            onChange={(from) => onChange({ ...times, from })}
          />
          <MomentField
            label="Until"
            at={times.until}
            onChange={(until) => onChange({ ...times, until })}
          />
        </div>
      ) : (
        <WeeklyFields times={times} onChange={onChange} />
      )}
    </div>
  )
}

function once(): WindowTimes {
  const now = Date.now()
  return { repeats: 'once', from: now, until: now + HOUR_MS }
}

function weekly(): WindowTimes {
  return { repeats: 'weekly', days: ['sun'], from: '02:00', to: '04:00', zone: here() }
}

/** In this machine's own zone, as its clock shows it. */
function MomentField({
  label,
  at,
  onChange,
}: {
  label: string
  at: number
  onChange: (at: number) => void
}) {
  return (
    <Field label={label} help={here()}>
      {(control) => (
        <TextInput
          {...control}
          type="datetime-local"
          value={Number.isNaN(at) ? '' : localText(at)}
          onChange={(change) => onChange(Date.parse(change.target.value))}
        />
      )}
    </Field>
  )
}

/** `2026-11-28T09:30`, as a field of local time wants it. */
export function localText(at: number): string {
  const offsetMs = new Date(at).getTimezoneOffset() * 60_000
  return new Date(at - offsetMs).toISOString().slice(0, 16)
}

type Weekly = Extract<WindowTimes, { repeats: 'weekly' }>

function WeeklyFields({
  times,
  onChange,
}: {
  times: Weekly
  onChange: (times: WindowTimes) => void
}) {
  return (
    <div className="flex flex-col gap-4">
      <Days days={times.days} onChange={(days) => onChange({ ...times, days })} />
      <div className="grid items-start gap-4 min-[700px]:grid-cols-3">
        <Field label="From">
          {(control) => (
            <TextInput
              {...control}
              type="time"
              value={times.from}
              onChange={(change) => onChange({ ...times, from: change.target.value })}
            />
          )}
        </Field>
        <Field label="To" help="At or before From: on the next day.">
          {(control) => (
            <TextInput
              {...control}
              type="time"
              value={times.to}
              onChange={(change) => onChange({ ...times, to: change.target.value })}
            />
          )}
        </Field>
        <Field label="Time zone">
          {(control) => (
            <TextInput
              {...control}
              value={times.zone}
              onChange={(change) => onChange({ ...times, zone: change.target.value })}
            />
          )}
        </Field>
      </div>
    </div>
  )
}

function Days({
  days,
  onChange,
}: {
  days: Weekly['days']
  onChange: (days: Weekly['days']) => void
}) {
  const toggle = (day: (typeof WEEKDAYS)[number]) =>
    onChange(WEEKDAYS.filter((one) => (one === day) !== days.includes(one)))
  return (
    <fieldset className="flex flex-wrap gap-1.5">
      <legend className="mb-1.5 text-small font-semibold">Days on which it begins</legend>
      {WEEKDAYS.map((day) => (
        <label
          key={day}
          className={cx(
            'inline-flex h-7 cursor-pointer items-center rounded-chip border px-2.5 text-small capitalize focus-within:outline-2 focus-within:outline-accent',
            days.includes(day)
              ? 'border-accent bg-selected font-semibold'
              : 'border-strong text-muted hover:bg-hover',
          )}
        >
          <input
            type="checkbox"
            className="sr-only"
            checked={days.includes(day)}
            onChange={() => toggle(day)}
          />
          {day}
        </label>
      ))}
    </fieldset>
  )
}
