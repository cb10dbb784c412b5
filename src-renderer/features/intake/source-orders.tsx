import { KeyRound, MoreHorizontal, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { Source } from '#contract/intake'
import { useCommand } from '#ui/command'
import { Confirm } from '#ui/confirm'
import { IconButton } from '#ui/icon-button'
import { paths, useGo } from '#ui/links'
import { Menu } from '#ui/menu'

const ICON = { size: 15, strokeWidth: 1.75 }

/** What cannot be taken back by a toast: another token, or the end of the source. Each asks once. */
export function SourceOrders({ source }: { source: Source }) {
  const [asked, setAsked] = useState<'rotate' | 'remove' | null>(null)
  const close = () => setAsked(null)
  return (
    <>
      <Menu
        label="More for this source"
        trigger={
          <IconButton
            label="More for this source"
            icon={<MoreHorizontal size={16} strokeWidth={1.75} />}
          />
        }
        items={[
          {
            label: 'Make a new token…',
            icon: <KeyRound {...ICON} />,
            onSelect: () => setAsked('rotate'),
          },
          'line',
          {
            label: 'Remove the source…',
            icon: <Trash2 {...ICON} />,
            danger: true,
            onSelect: () => setAsked('remove'),
          },
        ]}
      />
      <Rotate source={source} open={asked === 'rotate'} onClose={close} />
      <Remove source={source} open={asked === 'remove'} onClose={close} />
    </>
  )
}

interface AskProps {
  source: Source
  open: boolean
  onClose: () => void
}

function Rotate({ source: { name, title }, open, onClose }: AskProps) {
  const rotate = useCommand(api.intake.rotateToken, {
    done: 'A new address is in force: give it to the sender',
    failed: 'The old address is still in force',
    refresh: [['intake']],
    onDone: onClose,
  })
  return (
    <Confirm
      open={open}
      onClose={onClose}
      title={`A new token for ${title}`}
      action="Make a new token"
      danger
      busy={rotate.isPending}
      onConfirm={() => rotate.mutate({ name })}
    >
      Its address changes. The old one is refused from now on, so alerts are missed until the sender
      has the new one. What it delivered is kept.
    </Confirm>
  )
}

function Remove({ source: { name, title }, open, onClose }: AskProps) {
  const go = useGo()
  const remove = useCommand(api.intake.removeSource, {
    done: `${title} was removed`,
    failed: 'The source was not removed',
    refresh: [['intake']],
    onDone: () => go(paths.intake(), { replace: true }),
  })
  return (
    <Confirm
      open={open}
      onClose={onClose}
      title={`Remove ${title}`}
      action="Remove the source"
      danger
      busy={remove.isPending}
      onConfirm={() => remove.mutate({ name })}
    >
      Its address is refused from now on. Its tickets and everything it delivered are kept; its dead
      letters can no longer be read again.
    </Confirm>
  )
}
