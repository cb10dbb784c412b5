import {
  Database,
  FileBadge,
  FileSignature,
  Globe,
  KeyRound,
  Laptop,
  LockKeyhole,
  Server,
  Ticket,
} from 'lucide-react'
import type { Connection } from '#contract/connections'
import type { Credential } from '#contract/credentials'
import { Dot } from '#ui/chip'
import { cx } from '#ui/class-names'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { addressOf, CREDENTIAL_WORDS, stateOf } from './connection-words'

const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true }

export const CONNECTION_ICON = {
  ssh: Server,
  local: Laptop,
  postgres: Database,
  mysql: Database,
  sqlite: Database,
  http: Globe,
}

/** One line of the list: name, address, and how its last test went. */
export function ConnectionRow({ connection }: { connection: Connection }) {
  const { word, tone } = stateOf(connection)
  const { lastTest } = connection
  const Icon = CONNECTION_ICON[connection.kind]
  return (
    <div className="grid h-full grid-cols-[16px_minmax(0,1fr)] items-center gap-3 px-4">
      <span className="text-muted">
        <Icon {...ICON} />
      </span>
      <span className="flex min-w-0 flex-col gap-0.5">
        <span className="flex items-baseline gap-2">
          <span className="min-w-0 flex-1 truncate font-semibold">
            <PlainText text={connection.name} max={80} />
          </span>
          {lastTest !== null && (
            <RelativeTime at={lastTest.at} className="shrink-0 text-small text-muted" />
          )}
        </span>
        <span className="flex items-center gap-2 text-small text-muted">
          <span className="min-w-0 flex-1 truncate font-mono text-caption">
            <PlainText text={addressOf(connection)} max={120} />
          </span>
          <Dot tone={tone} />
          <span
            className={cx(
              'shrink-0',
              tone === 'bad' && 'text-critical',
              tone === 'attention' && 'text-high',
            )}
          >
            {word}
          </span>
        </span>
      </span>
    </div>
  )
}

export const CREDENTIAL_ICON = {
  private_key: KeyRound,
  password: LockKeyhole,
  token: Ticket,
  webhook_secret: FileSignature,
  client_certificate: FileBadge,
}

/** One secret: its label, kind, and how many connections use it. */
export function CredentialRow({
  credential,
  uses,
}: {
  credential: Credential
  uses: number | undefined
}) {
  const Icon = CREDENTIAL_ICON[credential.kind]
  return (
    <div className="grid h-full grid-cols-[16px_minmax(0,1fr)] items-center gap-3 px-4">
      <span className="text-muted">
        <Icon {...ICON} />
      </span>
      <span className="flex min-w-0 flex-col gap-0.5">
        <span className="truncate font-semibold">
          <PlainText text={credential.name} max={80} />
        </span>
        <span className="flex items-center gap-2 text-small text-muted">
          <span className="min-w-0 flex-1 truncate">{CREDENTIAL_WORDS[credential.kind]}</span>
          {uses !== undefined && (
            <span className="shrink-0 tnum">
              {uses === 0 ? 'not used' : uses === 1 ? '1 connection' : `${uses} connections`}
            </span>
          )}
        </span>
      </span>
    </div>
  )
}
