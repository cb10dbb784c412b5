import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { cx } from './class-names'
import { moveInList } from './list-keys'
import { useShortcut } from './shortcuts'
import { type Density, useDensity } from './theme'

export interface Column<Row> {
  key: string
  header: ReactNode
  /** A CSS grid track: `120px`, `minmax(160px,2fr)`. */
  width: string
  align?: 'left' | 'right'
  /** Left out while the table is narrower than this many pixels. */
  least?: number
  render: (row: Row) => ReactNode
}

interface DataTableProps<Row> {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  total?: number | undefined
  getKey: (row: Row) => string
  /** Pixels; by default the operator's density: 32, 40 or 56. */
  rowHeight?: number
  /** A click, or Enter on the row that the keys chose. Links and buttons inside a row keep their own meaning. */
  onOpen?: ((row: Row) => void) | undefined
  onNearEnd?: (() => void) | undefined
  footer?: ReactNode
}

/** A table of any length that draws only what is seen. Arrow keys, j and k choose a row, Enter or a click opens it. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rows, getKey } = props
  const [selectedKey, setSelectedKey] = useState<string | null>(null)
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const columns = useFittingColumns(props.columns, box)
  const virtual = useTableRows(props, box)
  const at = rows.findIndex((row) => getKey(row) === selectedKey)
  const onKey = useTableKeys(props, at, (index) => {
    setSelectedKey(getKey(rows[index]!))
    virtual.scrollToIndex(index)
    box.current?.focus({ preventScroll: true }) // so that Enter opens it, also after j and k
  })
  const drawn = virtual.getVirtualItems()
  const gridTemplateColumns = columns.map((column) => column.width).join(' ')
  return (
    <div
      ref={box}
      role="grid"
      aria-label={label}
      aria-rowcount={(props.total ?? rows.length) + 1}
      aria-colcount={columns.length}
      aria-activedescendant={drawn.some((row) => row.index === at) ? `${id}-${at}` : undefined}
      tabIndex={0}
      onKeyDown={onKey}
      className="ring-inside h-full min-h-0 overflow-auto"
    >
      <HeaderRow columns={columns} template={gridTemplateColumns} />
      <div
        role="rowgroup"
        className="relative min-w-fit"
        style={{ height: virtual.getTotalSize() }}
      >
        {drawn.map((item) => (
          <BodyRow
            key={item.key}
            id={`${id}-${item.index}`}
            index={item.index}
            row={rows[item.index]!}
            columns={columns}
            selected={item.index === at}
            style={{
              gridTemplateColumns,
              height: item.size,
              transform: `translateY(${item.start}px)`,
            }}
            onOpen={props.onOpen}
          />
        ))}
      </div>
      {props.footer}
    </div>
  )
}

/** The columns for which there is room; all of them until the table was measured. */
function useFittingColumns<Row>(
  columns: readonly Column<Row>[],
  box: { readonly current: HTMLDivElement | null },
): readonly Column<Row>[] {
  const [width, setWidth] = useState(Number.POSITIVE_INFINITY)
  useLayoutEffect(() => {
    if (box.current === null) return undefined
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? width))
    observer.observe(box.current)
    setWidth(box.current.clientWidth)
    return () => observer.disconnect()
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- measured once, then by the observer
  }, [])
  return columns.filter(({ least = 0 }) => width >= least)
}

const HEIGHT: Readonly<Record<Density, number>> = { compact: 32, normal: 40, relaxed: 56 }

function useTableRows<Row>(
  { rows, getKey, rowHeight, onNearEnd }: DataTableProps<Row>,
  box: { readonly current: HTMLDivElement | null },
) {
  const density = useDensity()
  return useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight ?? HEIGHT[density],
    getItemKey: (index) => getKey(rows[index]!),
    overscan: 12,
    onChange: (instance) => {
      const last = instance.getVirtualItems().at(-1)
      if (last !== undefined && last.index >= rows.length - 25) onNearEnd?.()
    },
  })
}

function useTableKeys<Row>(
  { rows, onOpen }: DataTableProps<Row>,
  at: number,
  select: (index: number) => void,
) {
  function move(key: string): boolean {
    const next = moveInList(key, at, rows.length, 12)
    if (next === undefined || onOpen === undefined) return false
    select(next)
    return true
  }
  const options = { group: 'Lists', off: onOpen === undefined }
  useShortcut('j', 'Next row', () => move('ArrowDown'), options)
  useShortcut('k', 'Previous row', () => move('ArrowUp'), options)
  return (press: KeyboardEvent) => {
    if (press.target !== press.currentTarget) return
    const opens = press.key === 'Enter' && at >= 0
    if (opens) onOpen?.(rows[at]!)
    if (opens || move(press.key)) press.preventDefault()
  }
}

function HeaderRow<Row>({
  columns,
  template,
}: {
  columns: readonly Column<Row>[]
  template: string
}) {
  return (
    <div role="rowgroup" className="sticky top-0 z-10 min-w-fit border-b border-line bg-surface">
      <div
        role="row"
        aria-rowindex={1}
        className="grid h-9 items-center gap-4 px-4"
        style={{ gridTemplateColumns: template }}
      >
        {columns.map((column) => (
          <div
            key={column.key}
            role="columnheader"
            className={cx(
              'truncate text-small font-semibold text-muted',
              column.align === 'right' && 'text-right',
            )}
          >
            {column.header}
          </div>
        ))}
      </div>
    </div>
  )
}

interface BodyRowProps<Row> {
  id: string
  index: number
  row: Row
  columns: readonly Column<Row>[]
  selected: boolean
  style: { gridTemplateColumns: string; height: number; transform: string }
  onOpen: ((row: Row) => void) | undefined
}

function BodyRow<Row>({ id, index, row, columns, selected, style, onOpen }: BodyRowProps<Row>) {
  const open = (click: MouseEvent) => {
    if (click.target instanceof Element && click.target.closest('a, button') === null) onOpen?.(row)
  }
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid holds the focus and the keys
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={onOpen === undefined ? undefined : selected}
      onClick={open}
      style={style}
      className={cx(
        'absolute top-0 left-0 grid w-full items-center gap-4 border-b border-line px-4 transition-colors',
        onOpen !== undefined && 'cursor-pointer',
        selected ? 'bg-selected shadow-[inset_2px_0_0_var(--accent)]' : 'hover:bg-hover',
      )}
    >
      {columns.map((column) => (
        <div
          key={column.key}
          role="gridcell"
          className={cx('min-w-0 truncate', column.align === 'right' && 'text-right tnum')}
        >
          {column.render(row)}
        </div>
      ))}
    </div>
  )
}
