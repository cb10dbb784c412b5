import { useState } from 'react'
import type { VaultStatus, VaultTier } from '#contract/credentials'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { Dialog } from '#ui/dialog'
import { errorText } from '#ui/error-state'
import { NewPassphraseFields, PassphraseField, useNewPassphrase } from './passphrase-fields'
import { useRekey } from './vault-queries'
import { TIERS } from './vault-words'

interface MoveProps {
  status: VaultStatus
  to: VaultTier
  /** In tier `passphrase`, to itself: only the key is new, or the passphrase too. */
  newPassphrase?: boolean
  onClose: () => void
}

/** A new master key: every secret is sealed anew in one step, or nothing is changed. */
export function MoveDialog({ status, to, newPassphrase = true, onClose }: MoveProps) {
  const { sealedIn, sealed } = status
  const stays = sealedIn === to
  const words = wordsFor(to, stays, newPassphrase)
  const order = useMoveOrder({ status, to, newPassphrase }, words.done, onClose)
  const { rekey, fresh, asksOld, asksNew } = order
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.title}
      description={`${sealed === 1 ? '1 secret is' : `${sealed} secrets are`} sealed anew with a new key, all or none. The old key is removed afterwards.`}
      width="small"
      footer={
        <>
          <Button onClick={onClose}>Keep as it is</Button>
          <Button
            variant="primary"
            busy={rekey.isPending}
            disabled={!order.ready}
            onClick={order.send}
          >
            {words.action}
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          order.send()
        }}
      >
        {!stays && <p className="text-muted">{TIERS[to].about}</p>}
        {asksOld && (
          <PassphraseField
            label="Present passphrase"
            autoFocus
            value={order.passphrase}
            onChange={order.setPassphrase}
          />
        )}
        {asksNew && <NewPassphraseFields autoFocus={!asksOld} typed={fresh} />}
        {rekey.error !== null && (
          <Banner tone="bad" title="Nothing was changed.">
            {errorText(rekey.error)}
          </Banner>
        )}
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </form>
    </Dialog>
  )
}

/** What has to be typed for this move, and the order once it is. */
function useMoveOrder(
  { status, to, newPassphrase }: Required<Pick<MoveProps, 'status' | 'to' | 'newPassphrase'>>,
  done: string,
  onDone: () => void,
) {
  const [passphrase, setPassphrase] = useState('')
  const fresh = useNewPassphrase()
  const rekey = useRekey(done, onDone)
  const asksOld = status.sealedIn === 'passphrase'
  const asksNew = to === 'passphrase' && (!asksOld || newPassphrase)
  const ready = (!asksOld || passphrase !== '') && (!asksNew || fresh.problem === null)
  function send() {
    if (!ready || rekey.isPending) return
    rekey.mutate({ to, passphrase, newPassphrase: asksNew ? fresh.first : '' })
  }
  return { passphrase, setPassphrase, fresh, rekey, asksOld, asksNew, ready, send }
}

function wordsFor(to: VaultTier, stays: boolean, newPassphrase: boolean) {
  const { title } = TIERS[to]
  if (!stays)
    return {
      title: `Move the vault: ${title.toLowerCase()}`,
      action: 'Move every secret',
      done: `The key is kept in another place now: ${title.toLowerCase()}`,
    }
  if (to === 'passphrase' && newPassphrase)
    return {
      title: 'Change the passphrase',
      action: 'Change it',
      done: 'The new passphrase opens the vault from now on',
    }
  return {
    title: 'Make a new master key',
    action: 'Rotate the key',
    done: 'Every secret is sealed with a new key',
  }
}
