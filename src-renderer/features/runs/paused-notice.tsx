import { Play } from 'lucide-react'
import { api } from '#api'
import type { Run } from '#contract/runs'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'

/** Why the run stands still, since when, and what became of it meanwhile. */
export function PausedNotice({ run }: { run: Run }) {
  const resume = useCommand(api.runs.resume, {
    failed: 'The run does not go on',
    refresh: [['runs']],
  })
  if (run.paused === null) return null
  const { by, reason, at } = run.paused
  const unknown = run.steps.filter(({ status }) => status === 'unknown').length
  return (
    <Banner
      tone="attention"
      title={by === 'quarterdeck' ? 'Paused by itself' : `Paused by ${by}`}
      actions={
        run.may.includes('resume') && (
          <Button
            size="small"
            icon={<Play size={15} strokeWidth={1.75} />}
            busy={resume.isPending}
            onClick={() => resume.mutate({ id: run.id })}
          >
            Go on
          </Button>
        )
      }
    >
      <RelativeTime at={at} long />
      {reason !== '' && (
        <>
          : <PlainText text={reason} max={200} />
        </>
      )}
      . {meanwhile(unknown)}
    </Banner>
  )
}

function meanwhile(unknown: number): string {
  if (unknown === 0)
    return 'Nothing was lost: what was running was let finish, and nothing new was begun.'
  const what = unknown === 1 ? 'What became of one step is' : `What became of ${unknown} steps is`
  return `${what} not known: look at the target first, then say what is true.`
}
