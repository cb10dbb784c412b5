import { Copy, ShieldAlert, ShieldQuestionMark } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { Connection, TestProgress } from '#contract/connections'
import { Button } from '#ui/button'
import { cx } from '#ui/class-names'
import { copyText } from '#ui/clipboard'
import { useCommand } from '#ui/command'
import { Confirm } from '#ui/confirm'
import { IconButton } from '#ui/icon-button'
import { PlainText } from '#ui/plain-text'
import { Checkbox } from '#ui/switch'
import { groupFingerprint } from './connection-words'

interface PromptProps {
  connection: Connection
  /** What the test's stage `host_key` said: `asks` for a new key, `failed` for a changed one. */
  shown: TestProgress
  onTrusted: () => void
}

/** The key is shown once, to be compared. A key that changed is shown against the accepted one, and loudly. */
export function HostKeyPrompt({ connection, shown, onTrusted }: PromptProps) {
  const trust = useCommand(api.connections.trustHostKey, {
    done: 'The host key is accepted',
    failed: 'The host key was not accepted',
    refresh: [['connections']],
    onDone: onTrusted,
  })
  const hostKey = shown.hostKey ?? ''
  const { jumpHost } = shown
  const accept = () =>
    trust.mutate({ id: connection.id, hostKey, ...(jumpHost !== undefined && { jumpHost }) })
  return shown.state === 'asks' ? (
    <NewKey jumpHost={jumpHost} hostKey={hostKey} busy={trust.isPending} onAccept={accept} />
  ) : (
    <ChangedKey
      name={jumpHost === undefined ? connection.name : `Jump host ${jumpHost}`}
      accepted={acceptedOf(connection, jumpHost)}
      hostKey={hostKey}
      detail={shown.detail}
      busy={trust.isPending}
      onAccept={accept}
    />
  )
}

/** Null: known_hosts alone says something about it. */
function acceptedOf({ hostKey, route }: Connection, jumpHost: string | undefined): string | null {
  if (jumpHost === undefined) return hostKey
  const jump = route?.jumpHosts.find(({ host, port }) => `${host}:${port}` === jumpHost)
  return jump?.hostKey ?? null
}

function NewKey({
  jumpHost,
  hostKey,
  busy,
  onAccept,
}: {
  jumpHost: string | undefined
  hostKey: string
  busy: boolean
  onAccept: () => void
}) {
  return (
    <section
      aria-label="New host key"
      className="mt-3 flex flex-col gap-3 rounded-[10px] border border-high/55 p-4"
    >
      <h4 className="flex items-center gap-2 font-semibold">
        <ShieldQuestionMark size={18} strokeWidth={1.75} className="text-high" aria-hidden />
        {jumpHost === undefined ? (
          'Is this the host you mean?'
        ) : (
          <span>
            Is this the jump host you mean, <PlainText text={jumpHost} max={120} />?
          </span>
        )}
      </h4>
      <Fingerprint hostKey={hostKey} label="It shows" />
      <p className="text-muted">
        Compare it with what whoever runs the host gives you, or read it there:
      </p>
      <Reading />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <span className="text-small text-muted">
          From then on, any other key is refused before anything is sent.
        </span>
        <Button variant="primary" busy={busy} onClick={onAccept}>
          It is the same: accept it
        </Button>
      </div>
    </section>
  )
}

const COMMAND = 'for f in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$f"; done'

function Reading() {
  return (
    <div className="flex items-center gap-2 rounded-[10px] border border-terminal-line bg-terminal py-1 pr-1 pl-3 text-term-text">
      <code className="min-w-0 flex-1 text-small break-all">{COMMAND}</code>
      <IconButton
        label="Copy the command"
        icon={<Copy size={14} strokeWidth={1.75} />}
        className="text-term-muted hover:bg-transparent hover:text-term-text"
        onClick={() => void copyText(COMMAND, 'Command copied')}
      />
    </div>
  )
}

function ChangedKey({
  name,
  accepted,
  hostKey,
  detail,
  busy,
  onAccept,
}: {
  name: string
  accepted: string | null
  hostKey: string
  detail: string
  busy: boolean
  onAccept: () => void
}) {
  return (
    <section
      role="alert"
      className="mt-3 flex flex-col gap-3 rounded-[10px] border-2 border-critical tint-critical p-4"
    >
      <h4 className="flex items-center gap-2 text-lead font-semibold text-critical">
        <ShieldAlert size={20} strokeWidth={2} aria-hidden />
        <span>
          <PlainText text={name} max={120} /> shows another key than{' '}
          {accepted === null ? 'known_hosts says' : 'the accepted one'}
        </span>
      </h4>
      <p>
        Somebody may be listening in, or the host was installed anew. Nothing was sent to it, and no
        step runs there until this is cleared.
      </p>
      <div className="flex flex-col gap-2">
        {accepted !== null && <Fingerprint hostKey={accepted} label="Accepted" />}
        <Fingerprint hostKey={hostKey} against={accepted} label="Shown now" />
      </div>
      <details className="text-small text-muted" open={accepted === null}>
        <summary>What the test said</summary>
        <p className="mt-1 break-words">
          <PlainText text={detail} max={1000} />
        </p>
      </details>
      <div className="flex justify-end">
        <AcceptChanged name={name} busy={busy} onAccept={onAccept} />
      </div>
    </section>
  )
}

/** Two steps and a promise between a changed key and its acceptance. */
function AcceptChanged({
  name,
  busy,
  onAccept,
}: {
  name: string
  busy: boolean
  onAccept: () => void
}) {
  const [asked, setAsked] = useState(false)
  const [sure, setSure] = useState(false)
  function close() {
    setAsked(false)
    setSure(false)
  }
  return (
    <>
      <Button variant="danger" busy={busy} onClick={() => setAsked(true)}>
        The host was installed anew…
      </Button>
      <Confirm
        open={asked}
        onClose={close}
        title="Accept another host key"
        action="Accept the new key"
        danger
        busy={busy}
        ready={sure}
        onConfirm={() => {
          close()
          onAccept()
        }}
      >
        <p className="mb-3">
          The old key is forgotten and the audit log keeps both. If you are not sure, keep it as it
          is: nothing can go wrong by waiting.
        </p>
        <Checkbox
          label={
            <span className="text-text">I compared it with what whoever runs {name} told me</span>
          }
          checked={sure}
          onChange={setSure}
        />
      </Confirm>
    </>
  )
}

/** In groups of four, for reading to each other; what differs from the accepted key is marked. */
export function Fingerprint({
  hostKey,
  against = null,
  label,
}: {
  hostKey: string
  against?: string | null
  label: string
}) {
  return (
    <div className="grid grid-cols-[76px_minmax(0,1fr)_auto] items-center gap-2">
      <span className="text-small text-muted">{label}</span>
      <code className="flex flex-wrap gap-x-2 gap-y-1 text-body" aria-label={hostKey} role="img">
        <span className="text-muted">SHA256</span>
        {groupFingerprint(hostKey, against).map(({ text, differs }, index) => (
          <span
            // oxlint-disable-next-line react/no-array-index-key -- a group is its place
            key={index}
            className={cx(differs && 'font-semibold text-critical underline underline-offset-4')}
          >
            {text}
          </span>
        ))}
      </code>
      <IconButton
        label="Copy the fingerprint"
        icon={<Copy size={14} strokeWidth={1.75} />}
        onClick={() => void copyText(hostKey, 'Fingerprint copied')}
      />
    </div>
  )
}
