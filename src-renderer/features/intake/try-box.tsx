import { useQuery } from '@tanstack/react-query'
import { FlaskConical } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { api } from '#api'
import type { Source } from '#contract/intake'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { ErrorState } from '#ui/error-state'
import { Field } from '#ui/field'
import { TextArea } from '#ui/input'
import { PlainText } from '#ui/plain-text'
import { TraceList } from './trace-list'

interface Asked {
  body: string
  headers: Record<string, string>
}

/** Lines such as `X-GitHub-Event: push`; what is no such line is left out. */
export function parseHeaders(text: string): Record<string, string> {
  const lines = text.split('\n').map((line) => /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(line.trim()))
  return Object.fromEntries(lines.flatMap((found) => (found ? [[found[1]!, found[2]!]] : [])))
}

/** A pasted payload is explained as if it came now. Nothing is taken in. */
export function TryBox({ source: { name } }: { source: Source }) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const { data, error, isFetching } = useQuery({
    queryKey: ['intake', 'explain', { name, ...asked }],
    queryFn: ({ signal }) => api.intake.explain({ name, ...asked! }, { signal }),
    enabled: asked !== null,
    retry: false,
  })
  const outcome = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // In newer browsers it returns a promise, which is no clean-up.
    outcome.current?.scrollIntoView({ block: 'nearest' })
  }, [data, error])
  return (
    <>
      <Card
        title="Try a payload"
        icon={<FlaskConical size={16} strokeWidth={1.75} />}
        note="nothing is taken in, and no ticket moves"
      >
        <Payload busy={isFetching} onAsk={setAsked} />
      </Card>
      <div ref={outcome} role="status">
        {error !== null && <ErrorState compact error={error} />}
        {data !== undefined && (
          <Card title="What would become of it" note={<PlainText text={data.summary} max={120} />}>
            <TraceList trace={data.trace} />
          </Card>
        )}
      </div>
    </>
  )
}

function Payload({ busy, onAsk }: { busy: boolean; onAsk: (asked: Asked) => void }) {
  const [body, setBody] = useState('')
  const [headers, setHeaders] = useState('')
  return (
    <div className="flex flex-col gap-4">
      <Field label="Body" help="As the sender posts it.">
        {(control) => (
          <TextArea
            {...control}
            mono
            rows={10}
            spellCheck={false}
            value={body}
            onChange={(change) => setBody(change.target.value)}
          />
        )}
      </Field>
      <Field
        label="Headers"
        optional
        help="One a line, such as X-GitHub-Event: push. With its signature headers, the signature is checked too."
      >
        {(control) => (
          <TextArea
            {...control}
            mono
            rows={3}
            spellCheck={false}
            value={headers}
            onChange={(change) => setHeaders(change.target.value)}
          />
        )}
      </Field>
      <div className="flex justify-end">
        <Button
          variant="primary"
          busy={busy}
          disabled={body.trim() === ''}
          onClick={() => onAsk({ body, headers: parseHeaders(headers) })}
        >
          Explain it
        </Button>
      </div>
    </div>
  )
}
