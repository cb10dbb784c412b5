import { Copy, Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import type { Source } from '#contract/intake'
import { Button } from '#ui/button'
import { copyText } from '#ui/clipboard'
import { IconButton } from '#ui/icon-button'
import { useShortcut } from '#ui/shortcuts'
import { maskAddress } from './intake-words'

/** The address with its token: hidden until asked for, copied whole. */
export function AddressField({ source: { url } }: { source: Source }) {
  const [shown, setShown] = useState(false)
  const copy = () => void copyText(url, 'Address copied')
  useShortcut('c', 'Copy the address of the source', copy, { group: 'Intake' })
  return (
    <div className="flex min-w-0 items-center gap-1 rounded-control border border-strong bg-surface py-0.5 pr-0.5 pl-3">
      <code
        className="min-w-0 flex-1 truncate text-small"
        aria-label={shown ? url : 'Address, its token is hidden'}
        role="img"
      >
        {shown ? url : maskAddress(url)}
      </code>
      <IconButton
        label={shown ? 'Hide the token' : 'Show the token'}
        pressed={shown}
        icon={
          shown ? <EyeOff size={15} strokeWidth={1.75} /> : <Eye size={15} strokeWidth={1.75} />
        }
        className="size-7"
        onClick={() => setShown(!shown)}
      />
      <Button
        size="small"
        variant="ghost"
        keys="c"
        icon={<Copy size={14} strokeWidth={1.75} />}
        onClick={copy}
      >
        Copy
      </Button>
    </div>
  )
}
