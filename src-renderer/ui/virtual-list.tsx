import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  memo,
  type ReactNode,
  useCallback,
  useEffect,
  useEffectEvent,
  useId,
  useRef,
} from 'react'
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
  const { label, items, total, selectedKey, renderRow, footer } = props
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const virtual = useRows(props, box)
  const rows = virtual.getVirtualItems()
  const at = items.findIndex((item) => props.getKey(item) === selectedKey)
  useNearEnd(rows.at(-1)?.index ?? -1, items.length, props.onNearEnd)
  useKeepInView(at, selectedKey, (index) => reveal(virtual, box, index, props.rowHeight))
  const onKey = useListKeys(props, at, box)
  const act = useRowActs(props)
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
        {rows.map((row) => (
          <Row
            key={row.key}
            id={`${id}-${row.index}`}
            item={items[row.index]!}
            selected={row.index === at}
            place={row.index + 1}
            size={total ?? items.length}
            height={row.size}
            top={row.start}
            render={renderRow}
            onAct={act}
          />
        ))}
      </div>
      {footer}
    </div>
  )
}

interface RowProps<Item> {
  id: string
  item: Item
  selected: boolean
  place: number
  size: number
  height: number
  top: number
  render: VirtualListProps<Item>['renderRow']
  onAct: (item: Item, opens: boolean) => void
}

/** Remembered, because scrolling draws the list again and again while hardly a row of it changes. */
const Row = memo(DrawnRow) as typeof DrawnRow

function DrawnRow<Item>({ id, item, selected, place, size, height, top, ...row }: RowProps<Item>) {
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the listbox holds the focus and the keys (aria-activedescendant)
    <div
      id={id}
      role="option"
      aria-selected={selected}
      aria-setsize={size}
      aria-posinset={place}
      onClick={() => row.onAct(item, false)}
      onDoubleClick={() => row.onAct(item, true)}
      className={cx(
        'absolute top-0 left-0 w-full cursor-default overflow-hidden border-b border-line transition-colors',
        selected ? 'bg-selected shadow-[inset_2px_0_0_var(--accent)]' : 'hover:bg-hover',
      )}
      style={{ height, transform: `translateY(${top}px)` }}
    >
      {row.render(item, { selected })}
    </div>
  )
}

/** One function for as long as the list lives, so that no row is drawn again because of it. */
function useRowActs<Item>(props: VirtualListProps<Item>): RowProps<Item>['onAct'] {
  const latest = useRef(props)
  useEffect(() => {
    latest.current = props
  })
  return useCallback((item, opens) => {
    const { onSelect, onOpen } = latest.current
    if (opens) onOpen?.(item)
    else onSelect(item)
  }, [])
}

type Box = { readonly current: HTMLDivElement | null }

function useRows<Item>({ items, getKey, rowHeight }: VirtualListProps<Item>, box: Box) {
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => getKey(items[index]!),
    overscan: 10,
    useFlushSync: false, // rows drawn ahead are there before they are seen; a frame must not wait for more
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
