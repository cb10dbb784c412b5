import type { ReactNode } from 'react'
import type { Action, ActionTarget } from '#contract/actions'
import { PlainText, Untrusted } from '#ui/plain-text'
import { lentWords, overWords } from './ssh-words'

/** One line of an exact action: a quiet name, then what it is. */
export function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <span className="text-term-muted select-none">{name}</span>
      <span className="min-w-0">{children}</span>
    </>
  )
}

export function Quiet({ children }: { children: ReactNode }) {
  return <span className="text-term-muted">{children}</span>
}

/** A value as it is; one from the alert is marked. */
export function Value({ value, untrusted }: { value: string; untrusted: boolean }) {
  const text = <PlainText text={value} />
  return untrusted ? <Untrusted term>{text}</Untrusted> : text
}

export function TargetLine({ action: { target } }: { action: Action }) {
  return (
    <Line name="on">
      {target.connectionName} <Quiet>{placeWords(target)}</Quiet>
    </Line>
  )
}

function placeWords(target: ActionTarget): string {
  const { kind, host, port, hostKey, specifics } = target
  if (kind === 'local') return 'this machine'
  if (!specifics)
    return `${host}:${port}, host key ${hostKey ?? 'as known_hosts says'}${overWords(target)}`
  if (specifics.kind === 'sqlite') return specifics.file
  if (specifics.kind === 'http') return `${specifics.baseUrl}, ${tlsWords(specifics.tls.mode)}`
  const place = `${host}:${port}`
  return 'database' in specifics
    ? `${place}, database ${specifics.database}, ${tlsWords(specifics.tls.mode)}`
    : place
}

function tlsWords(mode: 'verify' | 'verify_ca' | 'off'): string {
  if (mode === 'off') return 'in the clear'
  return mode === 'verify' ? 'encrypted and verified' : 'encrypted, authority verified'
}

export function CredentialLine({ action }: { action: Action }) {
  const { target } = action
  const nobody = target.kind === 'local' || target.kind === 'sqlite' ? US : 'nobody'
  return (
    <Line name="as">
      {target.username ?? (target.credentialName === null ? nobody : 'its holder')}{' '}
      <Quiet>
        {target.credentialName === null
          ? 'without a stored credential'
          : `credential ${target.credentialName}, lent by the vault for this step`}
        {lentWords({ target, sudo: 'sudo' in action ? action.sudo : undefined })}
      </Quiet>
    </Line>
  )
}

const US = 'the operator who runs Quarterdeck'

export function secondsWords(timeoutMs: number): string {
  return `ends after ${Math.round(timeoutMs / 1000)} s`
}
