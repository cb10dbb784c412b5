import { Check } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { cx } from './class-names'
import { useFloatingRoot } from './floating-root'
import { Kbd } from './kbd'

export interface MenuItem {
  label: ReactNode
  icon?: ReactNode
  keys?: string
  danger?: boolean
  disabled?: boolean
  /** For a choice among several: this one is on. */
  checked?: boolean
  onSelect: () => void
}

/** A list of actions under a button. `modal` stays off: the library's scroll lock would inject styles. */
export function Menu({
  trigger,
  items,
  label,
  align = 'end',
  open,
  onOpenChange,
}: {
  trigger: ReactNode
  /** Only for a menu that a key opens too. */
  open?: boolean
  onOpenChange?: (open: boolean) => void
  /** `'line'` separates groups. */
  items: readonly (MenuItem | 'line')[]
  label?: string
  align?: 'start' | 'end'
}) {
  return (
    <DropdownMenu.Root
      modal={false}
      {...(open !== undefined && { open })}
      {...(onOpenChange && { onOpenChange })}
    >
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal container={useFloatingRoot()}>
        <DropdownMenu.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-40 max-h-[60vh] min-w-52 animate-rise overflow-y-auto rounded-[10px] border border-strong bg-raised p-1 text-body shadow-float"
        >
          {label !== undefined && (
            <DropdownMenu.Label className="px-2 py-1.5 text-caption font-semibold text-muted">
              {label}
            </DropdownMenu.Label>
          )}
          {items.map((item, index) =>
            item === 'line' ? (
              // oxlint-disable-next-line react/no-array-index-key -- a separator has no identity but its place
              <DropdownMenu.Separator key={`line-${index}`} className="my-1 h-px bg-line" />
            ) : (
              // oxlint-disable-next-line react/no-array-index-key -- items of one menu never change their order while it is open
              <MenuRow key={`item-${index}`} item={item} />
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function MenuRow({ item }: { item: MenuItem }) {
  return (
    <DropdownMenu.Item
      disabled={item.disabled ?? false}
      onSelect={item.onSelect}
      className={cx(
        'flex min-h-7 cursor-pointer items-center gap-2.5 rounded-chip px-2 py-1 outline-none select-none',
        'data-disabled:cursor-not-allowed data-disabled:opacity-50 data-highlighted:bg-selected',
        item.danger === true ? 'text-critical' : 'text-text',
      )}
    >
      {item.icon !== undefined && <span className="text-muted">{item.icon}</span>}
      <span className="min-w-0 flex-1">{item.label}</span>
      {item.checked === true && (
        <>
          <Check size={15} aria-hidden />
          <span className="sr-only">chosen</span>
        </>
      )}
      {item.keys !== undefined && <Kbd keys={item.keys} className="text-muted" />}
    </DropdownMenu.Item>
  )
}
