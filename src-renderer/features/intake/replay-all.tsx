import { RotateCcw, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { api, news } from '#api'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { ProgressBar } from '#ui/progress'

interface Progress {
  done: number
  total: number
  stillDead: number
}

/** Reads all dead letters again, oldest first, and shows how far it is. What was read stays read when it is stopped. */
export function ReplayAll() {
  const [progress, setProgress] = useState<Progress | null>(null)
  const stop = useRef<AbortController | null>(null)
  useEffect(() => news.subscribe('intake.replaying', setProgress), [])
  const replay = useCommand(
    (input: { source: null }) => {
      stop.current = new AbortController()
      return api.intake.replayDead(input, { signal: stop.current.signal })
    },
    {
      done: ({ replayed, stillDead }) =>
        stillDead === 0
          ? `All ${replayed} were read`
          : `${replayed - stillDead} of ${replayed} were read; ${stillDead} still cannot be`,
      wentWell: ({ stillDead }) => stillDead === 0,
      failed: 'Reading them again stopped; what was read is read',
      refresh: [['intake']],
    },
  )
  if (!replay.isPending)
    return (
      <Button
        icon={<RotateCcw size={15} strokeWidth={1.75} />}
        onClick={() => {
          setProgress(null)
          replay.mutate({ source: null })
        }}
      >
        Read all again
      </Button>
    )
  const { done = 0, total = 0 } = progress ?? {}
  return (
    <div className="flex w-72 items-center gap-3">
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <span className="text-small text-muted tnum">
          {total === 0 ? 'Beginning…' : `${done} of ${total} read again`}
        </span>
        <ProgressBar value={total === 0 ? null : done / total} label="Reading dead letters again" />
      </div>
      <Button
        size="small"
        icon={<X size={14} strokeWidth={1.75} />}
        onClick={() => stop.current?.abort()}
      >
        Stop
      </Button>
    </div>
  )
}
