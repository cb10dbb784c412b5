import { useQuery } from '@tanstack/react-query'
import { Circle, CircleCheck } from 'lucide-react'
import { CardHeader } from '#ui/card'
import { AppLink, paths } from '#ui/links'
import { readySteps } from './ready-steps'
import { watchQueries } from './watch-queries'

const HREF = {
  source: paths.start(),
  delivery: paths.intake(),
  connection: paths.connections(),
  runbooks: paths.runbooks(),
  vault: paths.settings(),
}

/** What is still missing before the first alert can be worked on; gone as soon as nothing is. */
export function MakeReady() {
  const sources = useQuery(watchQueries.sources()).data
  const connections = useQuery(watchQueries.connections()).data
  const runbooks = useQuery(watchQueries.runbooks()).data
  const vault = useQuery(watchQueries.vault()).data
  const steps = readySteps({ sources, connections, runbooks: runbooks?.items, vault })
  const left = steps.filter((step) => !step.done).length
  if (left === 0) return null
  return (
    <div className="border-t border-line">
      <CardHeader title="Make ready" note={`${steps.length - left} of ${steps.length} done`} />
      <ul className="flex flex-col pb-2">
        {steps.map((step) => (
          <li key={step.key}>
            <AppLink
              href={HREF[step.key]}
              className="ring-inside flex min-h-12 items-center gap-3 px-4 py-1.5 transition-colors hover:bg-hover"
            >
              {step.done ? (
                <CircleCheck
                  size={16}
                  strokeWidth={1.75}
                  className="shrink-0 text-ok"
                  aria-hidden
                />
              ) : (
                <Circle size={16} strokeWidth={1.75} className="shrink-0 text-muted" aria-hidden />
              )}
              <span className="min-w-0">
                <span className={step.done ? 'block text-muted' : 'block font-medium'}>
                  {step.title}
                </span>
                <span className="sr-only">{step.done ? 'done' : 'to do'}</span>
                <span className="block truncate text-small text-muted">{step.about}</span>
              </span>
            </AppLink>
          </li>
        ))}
      </ul>
    </div>
  )
}
