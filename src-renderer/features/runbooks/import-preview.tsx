import { useState } from 'react'
import type { ImportFormat } from '#contract/importers'
import { Banner } from '#ui/banner'
import { cx } from '#ui/class-names'
import { CodeBlock } from '#ui/code-block'
import { PlainText } from '#ui/plain-text'
import { Tabs } from '#ui/tabs'
import { ImportReport } from './import-report'
import type { ImportedItem, ImportResult } from './import-queries'
import { useImportStore } from './import-store'
import { Problems } from './problems'

const FORMATS: Readonly<Record<ImportFormat, string>> = {
  runme: 'Runme',
  'holmes-skill': 'HolmesGPT',
  rundeck: 'Rundeck',
  'action-chain': 'StackStorm chain',
  orquesta: 'Orquesta',
}

interface PreviewProps {
  items: readonly ImportedItem[]
  results: readonly ImportResult[]
  busy: boolean
}

/** Each runbook that the files would become, the chosen one beside its report. */
export function ImportPreview({ items, results, busy }: PreviewProps) {
  const shown = useImportStore((state) => state.shown)
  const unread = results.filter(({ runbooks }) => runbooks.length === 0)
  const item = items.find(({ key }) => key === shown) ?? items[0]
  return (
    <div
      className={cx('flex flex-col gap-4 transition-opacity', busy && 'opacity-60')}
      aria-busy={busy}
    >
      {unread.map(({ source, report }) => (
        <Banner key={source} tone="attention" title={`No runbook from ${source}.`}>
          {report.map(({ why, todo }) => `${why} ${todo}`).join(' ')}
        </Banner>
      ))}
      {item !== undefined && (
        <div className="grid min-h-0 grid-cols-[240px_minmax(0,1fr)] gap-4 max-md:grid-cols-1">
          <ItemList items={items} chosen={item.key} />
          <Item key={item.key} item={item} />
        </div>
      )}
    </div>
  )
}

function ItemList({ items, chosen }: { items: readonly ImportedItem[]; chosen: string }) {
  const { leftOut, toggle, show } = useImportStore()
  return (
    <ul className="flex max-h-[52vh] flex-col gap-1 overflow-y-auto" aria-label="Runbooks to keep">
      {items.map(({ key, runbook, format, report }) => {
        const open = report.filter(({ level }) => level === 'needs_you').length
        return (
          <li
            key={key}
            className={cx(
              'flex items-start gap-2 rounded-[10px] border px-2.5 py-2',
              key === chosen ? 'border-accent bg-selected' : 'border-line',
            )}
          >
            <input
              type="checkbox"
              className="mt-1 accent-accent"
              checked={!leftOut.has(key)}
              aria-label={`Keep ${runbook.title}`}
              onChange={() => toggle(key)}
            />
            <button
              type="button"
              aria-current={key === chosen}
              className="min-w-0 flex-1 text-left"
              onClick={() => show(key)}
            >
              <span className="block truncate font-medium">
                <PlainText text={runbook.title} max={100} />
              </span>
              <span className="block truncate text-small text-muted">
                {format === null ? '' : FORMATS[format]}
                {open > 0 && `, ${open} for you`}
              </span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function Item({ item }: { item: ImportedItem }) {
  const [view, setView] = useState<'report' | 'markdown'>('report')
  const warnings = item.problems.length
  return (
    <section className="flex min-w-0 flex-col gap-3" aria-label={item.runbook.title}>
      <div className="flex flex-wrap items-center gap-3">
        <Tabs
          label="What is shown"
          look="segments"
          tabs={[
            { value: 'report', label: 'What became of it', count: item.report.length },
            { value: 'markdown', label: 'Runbook' },
          ]}
          value={view}
          onChoose={setView}
        />
        <code className="min-w-0 truncate text-small text-muted">{item.runbook.fileName}</code>
      </div>
      {view === 'report' ? (
        <ImportReport lines={item.report} />
      ) : (
        <>
          <CodeBlock code={item.runbook.markdown} label={`Runbook ${item.runbook.title}`} wrap />
          {warnings > 0 && <Problems problems={item.problems} />}
        </>
      )}
    </section>
  )
}
