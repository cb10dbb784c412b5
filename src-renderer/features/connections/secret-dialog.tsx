import { type FormEvent, type ReactNode, useState } from 'react'
import type { Credential } from '#contract/credentials'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { Dialog } from '#ui/dialog'
import { errorText } from '#ui/error-state'
import { secretProblem } from './connection-words'
import { SecretFields } from './secret-fields'

/** A secret while it is typed. It lives in the dialog alone and is gone with it. */
export function useSecret(kind: Credential['kind']) {
  const [secret, setSecret] = useState('')
  const [passphrase, setPassphrase] = useState('')
  const [certificate, setCertificate] = useState('')
  return {
    kind,
    secret,
    passphrase,
    certificate,
    problem: secretProblem(kind, secret),
    setSecret,
    setPassphrase,
    setCertificate,
  }
}

interface SecretDialogProps {
  title: ReactNode
  description: ReactNode
  action: string
  /** The way out, in words. */
  leave: string
  secret: ReturnType<typeof useSecret>
  /** Whether everything beside the secret is filled in. */
  ready: boolean
  busy: boolean
  error: unknown
  onClose: () => void
  onSend: (parts: { secret: string; passphrase: string; certificate: string }) => void
  /** Fields before the secret. */
  children?: ReactNode
}

/** Asks for a secret and sends it in. What main says against it stands in the dialog, with everything kept. */
export function SecretDialog(props: SecretDialogProps) {
  const { secret: typed, busy, error, onClose, onSend } = props
  const { secret, passphrase, certificate } = typed
  const ready = props.ready && secret !== '' && typed.problem === null
  function submit(event?: FormEvent) {
    event?.preventDefault()
    if (ready && !busy) onSend({ secret, passphrase, certificate })
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={props.title}
      description={props.description}
      footer={
        <>
          <Button onClick={onClose}>{props.leave}</Button>
          <Button variant="primary" busy={busy} disabled={!ready} onClick={() => submit()}>
            {props.action}
          </Button>
        </>
      }
    >
      <form className="flex flex-col gap-4" onSubmit={submit} noValidate>
        {props.children}
        <SecretFields typed={typed} />
        {error !== null && (
          <Banner tone="bad" title="It was not kept.">
            {errorText(error)}
          </Banner>
        )}
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </form>
    </Dialog>
  )
}
