import { Copy } from 'lucide-react'
import { copyText } from '#ui/clipboard'
import { IconButton } from '#ui/icon-button'

/** A path that can be read to its end and copied. */
export function MonoPath({ path }: { path: string }) {
  return (
    <span className="flex items-center gap-1">
      <code className="min-w-0 truncate text-small" title={path}>
        {path}
      </code>
      <IconButton
        label="Copy the path"
        icon={<Copy size={14} strokeWidth={1.75} />}
        onClick={() => void copyText(path, 'Path copied')}
      />
    </span>
  )
}
