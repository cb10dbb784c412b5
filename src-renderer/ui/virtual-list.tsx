import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useEffect, useEffectEvent, useId, useRef } from 'react'
import { cx } from './class-names'
import { moveInList } from './list-keys'
import { useShortcut } from './shortcuts'

interface VirtualListProps<Item> {
  /** Read aloud: what the rows are. */
  label: string
  items: readonly Item[]
  /** Rows in the whole list, when more can be loaded than `items` holds. */
  total?: number | undefined
  getKey: (item: Item) => string
  /** Pixels; every row has the same height. */
  rowHeight: number
  selectedKey: string | null
  onSelect: (item: Item) => void
  /** Enter or double click. */
  onOpen?: ((item: Item) => void) | undefined
  /** No buttons or links inside: a row is one thing to choose. */
  renderRow: (item: Item, state: { selected: boolean }) => ReactNode
  /** Called while the end of what is loaded is near. */
  onNearEnd?: (() => void) | undefined
  /** j and k move the selection from anywhere on the screen. Default true. */
  screenKeys?: boolean
  /** Drawn under the last row, such as "loading more". */
  footer?: ReactNode
}

/** A list of any length that draws only what is seen. Arrow keys, Home, End, Page keys, j and k move; focus stays. */
export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const { label, items, total, selectedKey, renderRow, footer, onSelect, onOpen } = props
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const virtual = useRows(props, box)
  const rows = virtual.getVirtualItems()
  const at = items.findIndex((item) => props.getKey(item) === selectedKey)
  useNearEnd(rows.at(-1)?.index ?? -1, items.length, props.onNearEnd)
  useKeepInView(at, selectedKey, (index) => reveal(virtual, box, index, props.rowHeight))
  const onKey = useListKeys(props, at, box)
  return (
    <div ref={box} className="h-full min-h-0 overflow-y-auto" data-list-scroll>
      <div
        role="listbox"
        aria-label={label}
        tabIndex={0}
        aria-activedescendant={rows.some((row) => row.index === at) ? `${id}-${at}` : undefined}
        onKeyDown={onKey}
        className="ring-inside relative w-full"
        style={{ height: virtual.getTotalSize() }}
      >
        {rows.map((row) => {
          const item = items[row.index]!
          return (
            <Row
              key={row.key}
              id={`${id}-${row.index}`}
              selected={row.index === at}
              place={row.index + 1}
              size={total ?? items.length}
              style={{ height: row.size, transform: `translateY(${row.start}px)` }}
              onSelect={() => onSelect(item)}
              onOpen={() => onOpen?.(item)}
            >
              {renderRow(item, { selected: row.index === at })}
            </Row>
          )
        })}
      </div>
      {footer}
    </div>
  )
}

interface RowProps {
  id: string
  selected: boolean
  place: number
  size: number
  style: { height: number; transform: string }
  onSelect: () => void
  onOpen: () => void
  children: ReactNode
}

function Row({ id, selected, place, size, style, onSelect, onOpen, children }: RowProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the listbox holds the focus and the keys (aria-activedescendant)
    <div
      id={id}
      role="option"
      aria-selected={selected}
      aria-setsize={size}
      aria-posinset={place}
      onClick={onSelect}
      onDoubleClick={onOpen}
      className={cx(
        'absolute top-0 left-0 w-full cursor-default overflow-hidden border-b border-line transition-colors',
        selected ? 'bg-selected shadow-[inset_2px_0_0_var(--accent)]' : 'hover:bg-hover',
      )}
      style={style}
    >
      {children}
    </div>
  )
}

type Box = { readonly current: HTMLDivElement | null }

function useRows<Item>({ items, getKey, rowHeight }: VirtualListProps<Item>, box: Box) {
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => getKey(items[index]!),
    overscan: 10,
  })
  useEffect(() => virtual.measure(), [rowHeight, virtual])
  return virtual
}

function useListKeys<Item>(props: VirtualListProps<Item>, at: number, box: Box) {
  const { items, rowHeight, onSelect, onOpen, screenKeys = true } = props
  function move(key: string): boolean {
    const height = box.current?.clientHeight ?? 400
    const page = Math.max(1, Math.floor(height / rowHeight) - 1)
    const next = moveInList(key, at, items.length, page)
    if (next === undefined) return false
    onSelect(items[next]!)
    return true
  }
  const options = { group: 'Lists', off: !screenKeys }
  useShortcut('j', 'Next in the list', () => move('ArrowDown'), options)
  useShortcut('k', 'Previous in the list', () => move('ArrowUp'), options)
  return (press: KeyboardEvent) => {
    const opens = press.key === 'Enter' && at >= 0
    if (opens) onOpen?.(items[at]!)
    if (opens || move(press.key)) press.preventDefault()
  }
}

function useNearEnd(lastDrawn: number, count: number, onNearEnd: (() => void) | undefined) {
  const near = useEffectEvent(() => onNearEnd?.())
  useEffect(() => {
    if (count > 0 && lastDrawn >= count - 25) near()
  }, [lastDrawn, count])
}

/** By what the virtualizer knows already: to ask the browser for sizes would cost a layout per key. */
function reveal(virtual: ReturnType<typeof useRows>, box: Box, index: number, rowHeight: number) {
  const top = virtual.scrollOffset ?? 0
  const height = virtual.scrollRect?.height ?? 0
  const from = index * rowHeight
  if (from < top) box.current?.scrollTo({ top: from })
  else if (from + rowHeight > top + height)
    box.current?.scrollTo({ top: from + rowHeight - height })
}

/** Scrolls to the selection when it changes, not when rows come and go around it. */
function useKeepInView(at: number, selectedKey: string | null, show: (index: number) => void) {
  const scroll = useEffectEvent(() => {
    if (at >= 0) show(at)
  })
  useEffect(() => scroll(), [selectedKey])
}
