import { type KeyboardEvent, type ReactNode, useRef } from 'react'
import { cx } from './class-names'

export interface Tab<Value extends string> {
  value: Value
  label: ReactNode
  count?: number | undefined
}

type Look = 'chips' | 'segments'

interface TabsProps<Value extends string> {
  /** Read aloud: what is being chosen. */
  label: string
  tabs: readonly Tab<Value>[]
  value: Value
  onChoose: (value: Value) => void
  look?: Look
}

const BOX: Readonly<Record<Look, string>> = {
  chips: 'flex-wrap gap-1.5',
  segments: 'w-fit gap-0.5 rounded-control border border-line bg-canvas p-0.5',
}

/** Chooses one of a few views. Arrow keys move; what is chosen is shown at once. `chips` wrap, `segments` join. */
export function Tabs<Value extends string>({
  label,
  tabs,
  value,
  onChoose,
  look = 'chips',
}: TabsProps<Value>) {
  const box = useRef<HTMLDivElement>(null)
  function move(press: KeyboardEvent) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[press.key]
    if (step === undefined) return
    press.preventDefault()
    const at = tabs.findIndex((tab) => tab.value === value)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    if (next === undefined) return
    onChoose(next.value)
    box.current?.querySelector<HTMLElement>(`[data-tab="${next.value}"]`)?.focus()
  }
  return (
    <div
      ref={box}
      role="radiogroup"
      aria-label={label}
      onKeyDown={move}
      className={cx('flex min-w-0 items-center', BOX[look])}
    >
      {tabs.map((tab) => (
        <TabButton
          key={tab.value}
          tab={tab}
          chosen={tab.value === value}
          look={look}
          onChoose={() => onChoose(tab.value)}
        />
      ))}
    </div>
  )
}

function TabButton<Value extends string>({
  tab,
  chosen,
  look,
  onChoose,
}: {
  tab: Tab<Value>
  chosen: boolean
  look: Look
  onChoose: () => void
}) {
  return (
    <button
      type="button"
      role="radio"
      data-tab={tab.value}
      aria-checked={chosen}
      tabIndex={chosen ? 0 : -1}
      onClick={onChoose}
      className={cx(
        'inline-flex h-6 items-center gap-1.5 rounded-chip border px-2 text-small font-medium whitespace-nowrap transition-colors',
        chosen ? 'border-accent bg-selected font-semibold text-text' : 'text-muted hover:text-text',
        !chosen && (look === 'chips' ? 'border-strong hover:bg-hover' : 'border-transparent'),
      )}
    >
      {tab.label}
      {tab.count !== undefined && <span className="tnum">{tab.count.toLocaleString('en')}</span>}
    </button>
  )
}
