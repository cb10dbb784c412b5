import { Tags } from 'lucide-react'
import { api } from '#api'
import type { Ticket } from '#contract/tickets'
import { useQuery } from '@tanstack/react-query'
import { Card } from '#ui/card'
import { KeyValues } from '#ui/key-values'
import { WebLink } from '#ui/links'
import { MonoId } from '#ui/mono-id'
import { PlainText, UntrustedNote } from '#ui/plain-text'
import { ExactTime } from '#ui/relative-time'

/** What the source sent, as it sent it, marked as such. */
export function TicketFacts({ ticket }: { ticket: Ticket }) {
  const labels = Object.entries(ticket.labels)
  const annotations = Object.entries(ticket.annotations)
  return (
    <Card title="Facts" icon={<Tags size={15} strokeWidth={1.75} />} note={<UntrustedNote />}>
      <div className="flex flex-col gap-4">
        <KeyValues
          items={[
            { name: 'Service', value: <Given text={ticket.service} /> },
            { name: 'Host', value: <Given text={ticket.host} /> },
            { name: 'Fingerprint', value: <MonoId id={ticket.fingerprint} /> },
            { name: 'Last change', value: <ExactTime at={ticket.updatedAt} /> },
          ]}
        />
        <Pairs title="Labels" pairs={labels} />
        <Pairs title="Annotations" pairs={annotations} />
        <Links links={ticket.links} />
      </div>
    </Card>
  )
}

function Given({ text }: { text: string | null }) {
  return text === null ? (
    <span className="text-muted">not said</span>
  ) : (
    <PlainText text={text} max={200} />
  )
}

function Pairs({ title, pairs }: { title: string; pairs: readonly (readonly [string, string])[] }) {
  if (pairs.length === 0) return null
  return (
    <div>
      <h4 className="mb-1.5 text-small font-semibold text-muted">{title}</h4>
      <dl className="flex flex-col gap-1 font-mono text-small">
        {pairs.slice(0, 60).map(([name, value]) => (
          <div key={name} className="min-w-0 break-words">
            <dt className="inline text-muted">
              <PlainText text={name} max={100} />=
            </dt>
            <dd className="inline break-all">
              <PlainText text={value} max={600} />
            </dd>
          </div>
        ))}
      </dl>
      {pairs.length > 60 && (
        <p className="text-small text-muted">and {pairs.length - 60} more, in the delivery</p>
      )}
    </div>
  )
}

function Links({ links }: { links: Ticket['links'] }) {
  const canOpen = useQuery({ queryKey: ['host', 'status'], queryFn: () => api.host.status({}) })
    .data?.capabilities
  if (links.length === 0) return null
  const onOpen =
    canOpen?.includes('open_external') === true
      ? (url: string) => void api.host.openExternal({ url })
      : undefined
  return (
    <div>
      <h4 className="mb-1.5 text-small font-semibold text-muted">Links</h4>
      <ul className="flex flex-col gap-1">
        {links.slice(0, 20).map((link) => (
          <li key={`${link.title} ${link.url}`} className="min-w-0">
            <WebLink url={link.url} title={link.title} onOpen={onOpen} />
          </li>
        ))}
      </ul>
    </div>
  )
}
