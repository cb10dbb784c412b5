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
  const {
    label,
    items,
    total,
    getKey,
    rowHeight,
    selectedKey,
    onSelect,
    onOpen,
    renderRow,
    footer,
  } = props
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => getKey(items[index]!),
    overscan: 10,
  })
  const rows = virtual.getVirtualItems()
  const at = items.findIndex((item) => getKey(item) === selectedKey)
  useNearEnd(rows.at(-1)?.index ?? -1, items.length, props.onNearEnd)
  useKeepInView(at, selectedKey, (index) => virtual.scrollToIndex(index))
  useEffect(() => virtual.measure(), [rowHeight, virtual])

  function choose(index: number | undefined) {
    const item = index === undefined ? undefined : items[index]
    if (item !== undefined) onSelect(item)
  }
  const pageRows = () => Math.max(1, Math.floor((box.current?.clientHeight ?? 400) / rowHeight) - 1)
  useMoveKeys(props.screenKeys ?? true, (key) =>
    choose(moveInList(key, at, items.length, pageRows())),
  )
  function onKey(press: KeyboardEvent) {
    const next = moveInList(press.key, at, items.length, pageRows())
    if (next !== undefined) {
      press.preventDefault()
      choose(next)
    } else if (press.key === 'Enter' && at >= 0) {
      press.preventDefault()
      onOpen?.(items[at]!)
    }
  }
  const isDrawn = rows.some((row) => row.index === at)
  return (
    <div ref={box} className="h-full min-h-0 overflow-y-auto" data-list-scroll>
      <div
        role="listbox"
        aria-label={label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a listbox is a widget
        tabIndex={0}
        aria-activedescendant={isDrawn ? `${id}-${at}` : undefined}
        onKeyDown={onKey}
        className="ring-inside relative w-full"
        style={{ height: virtual.getTotalSize() }}
      >
        {rows.map((row) => {
          const item = items[row.index]!
          const selected = row.index === at
          return (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the listbox holds the focus and the keys (aria-activedescendant)
            <div
              key={row.key}
              id={`${id}-${row.index}`}
              role="option"
              aria-selected={selected}
              aria-setsize={total ?? items.length}
              aria-posinset={row.index + 1}
              onClick={() => onSelect(item)}
              onDoubleClick={() => onOpen?.(item)}
              className={cx(
                'absolute top-0 left-0 w-full cursor-default overflow-hidden border-b border-line transition-colors',
                selected ? 'bg-selected shadow-[inset_2px_0_0_var(--accent)]' : 'hover:bg-hover',
              )}
              style={{ height: row.size, transform: `translateY(${row.start}px)` }}
            >
              {renderRow(item, { selected })}
            </div>
          )
        })}
      </div>
      {footer}
    </div>
  )
}

function useNearEnd(lastDrawn: number, count: number, onNearEnd: (() => void) | undefined) {
  const near = useEffectEvent(() => onNearEnd?.())
  useEffect(() => {
    if (count > 0 && lastDrawn >= count - 25) near()
  }, [lastDrawn, count])
}

/** Scrolls to the selection when it changes, not when rows come and go around it. */
function useKeepInView(at: number, selectedKey: string | null, scrollTo: (index: number) => void) {
  const scroll = useEffectEvent(() => {
    if (at >= 0) scrollTo(at)
  })
  useEffect(() => scroll(), [selectedKey])
}

function useMoveKeys(on: boolean, move: (key: string) => void) {
  useShortcut('j', 'Next in the list', () => move('ArrowDown'), { group: 'Lists', off: !on })
  useShortcut('k', 'Previous in the list', () => move('ArrowUp'), { group: 'Lists', off: !on })
}
