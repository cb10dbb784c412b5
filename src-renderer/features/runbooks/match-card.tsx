import { useQuery } from '@tanstack/react-query'
import { Target } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { Card } from '#ui/card'
import { Chip } from '#ui/chip'
import { Field } from '#ui/field'
import { TextArea } from '#ui/input'
import { AppLink, paths } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { runbookQueries } from './runbook-queries'

/** Which runbooks an alert's text would bring up, and by which words; nothing is kept or started. */
export function MatchCard() {
  const [text, setText] = useState('')
  const { data } = useQuery(runbookQueries.match(useDeferredValue(text)))
  return (
    <Card
      title="Try the match"
      icon={<Target size={16} strokeWidth={1.75} />}
      note="rules, nothing sent out"
    >
      <Field
        label="Text of an alert"
        help="As the source would send it: name, summary, description."
      >
        {(control) => (
          <TextArea
            {...control}
            rows={3}
            placeholder="PostgresTooManyConnections: db-3 uses 97 of 100 connections"
            value={text}
            onChange={(change) => setText(change.target.value)}
          />
        )}
      </Field>
      {text.trim() !== '' && data !== undefined && (
        <ol className="mt-3 flex flex-col gap-2.5" aria-label="Runbooks that match">
          {data.length === 0 && <li className="text-muted">No runbook shares a word with it.</li>}
          {data.map((match) => (
            <li key={match.runbookId} className="flex flex-wrap items-center gap-2">
              <span className="w-10 shrink-0 text-right tnum text-muted">
                {Math.round(match.score * 100)} %
              </span>
              <AppLink href={paths.runbook(match.runbookId)} className="font-medium">
                <PlainText text={match.title} max={120} />
              </AppLink>
              {match.words.slice(0, 6).map((word) => (
                <Chip key={word}>
                  <PlainText text={word} max={40} />
                </Chip>
              ))}
            </li>
          ))}
        </ol>
      )}
    </Card>
  )
}
