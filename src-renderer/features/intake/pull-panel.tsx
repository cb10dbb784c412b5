import { useQuery } from '@tanstack/react-query'
import { CloudDownload } from 'lucide-react'
import type { Source, SourceKind } from '#contract/intake'
import { type Pull, PullKind } from '#contract/pulls'
import { api } from '#api'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { Chip } from '#ui/chip'
import { useCommand } from '#ui/command'
import { ErrorState } from '#ui/error-state'
import { KeyValues } from '#ui/key-values'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { CardSkeleton } from '#ui/skeleton'
import { PullForm } from './pull-form'
import { pullQueries } from './pull-queries'
import { pullWord } from './pull-words'

/** Can this kind be asked, beside what it sends? */
export function canPull(kind: SourceKind): boolean {
  return PullKind.safeParse(kind).success
}

/** A machine behind NAT that sleeps misses what is sent meanwhile: asking the source makes up for it. */
export function PullPanel({ source }: { source: Source }) {
  const pulls = useQuery(pullQueries.list())
  const forms = useQuery(pullQueries.forms())
  const error = pulls.error ?? forms.error
  if (error !== null) return <ErrorState error={error} onRetry={() => void pulls.refetch()} />
  if (pulls.data === undefined || forms.data === undefined)
    return (
      <>
        <CardSkeleton lines={3} />
        <CardSkeleton lines={5} />
      </>
    )
  const pull = pulls.data.find((one) => one.source === source.name) ?? null
  const form = forms.data.find((one) => one.kind === source.kind)!
  return (
    <>
      {pull === null ? (
        <Banner tone="info" title="Nothing is asked yet.">
          While this machine sleeps or cannot be reached, what is sent is missed. Asking the
          source’s API on a schedule makes up for it; what came both ways is found once.
        </Banner>
      ) : (
        <State pull={pull} />
      )}
      <PullForm key={`${source.name}/${pull === null}`} source={source} pull={pull} form={form} />
    </>
  )
}

function State({ pull }: { pull: Pull }) {
  const { source, state, here, console: owner, enabled } = pull
  const { word, tone } = enabled ? pullWord(state) : { word: 'off', tone: 'neutral' as const }
  const run = useCommand(api.pulls.runNow, {
    done: ({ state: now }: Pull) =>
      now.problem === '' ? `Asked: ${now.lastCount} new` : `Asked, with a problem: ${now.problem}`,
    wentWell: ({ state: now }) => now.problem === '',
    failed: 'It was not asked',
    refresh: [['pulls'], ['intake']],
  })
  return (
    <Card
      title="Asking the source"
      icon={<CloudDownload size={16} strokeWidth={1.75} />}
      note={<Chip tone={tone}>{word}</Chip>}
    >
      {state.problem !== '' && (
        <div className="mb-3">
          <Banner tone="attention">
            <PlainText text={state.problem} max={600} />
          </Banner>
        </div>
      )}
      <KeyValues
        items={[
          { name: 'Up to', value: moment(state.upTo, 'nothing yet') },
          { name: 'Last time', value: moment(state.lastOkAt, 'never') },
          { name: 'Brought in then', value: <span className="tnum">{state.lastCount}</span> },
          { name: 'Next time', value: moment(state.nextAt, 'not by itself') },
          {
            name: 'Asked by',
            value: here ? 'this machine' : <PlainText text={owner} max={80} />,
          },
        ]}
      />
      <div className="mt-3 flex justify-end">
        <Button
          size="small"
          busy={run.isPending || state.running}
          disabled={!here}
          onClick={() => run.mutate({ source })}
        >
          Ask now
        </Button>
      </div>
    </Card>
  )
}

function moment(at: number | null, none: string) {
  return at === null ? <span className="text-muted">{none}</span> : <RelativeTime at={at} long />
}
