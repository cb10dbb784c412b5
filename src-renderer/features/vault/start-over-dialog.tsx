import { useState } from 'react'
import type { VaultStatus } from '#contract/credentials'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { Dialog } from '#ui/dialog'
import { errorText } from '#ui/error-state'
import { Checkbox } from '#ui/switch'
import { NewPassphraseFields, useNewPassphrase } from './passphrase-fields'
import { useStartOver } from './vault-queries'

/** The last way in: gives up what cannot be opened. It says how much, and asks for a tick. */
export function StartOverDialog({ status, onClose }: { status: VaultStatus; onClose: () => void }) {
  const [sure, setSure] = useState(false)
  const fresh = useNewPassphrase()
  const startOver = useStartOver(onClose)
  const asks = status.tier === 'passphrase'
  const ready = sure && (!asks || fresh.problem === null)
  const many = status.sealed === 1 ? '1 secret' : `${status.sealed} secrets`
  return (
    <Dialog
      open
      onClose={onClose}
      title="Start over with a new key"
      description="Names, connections and the record of uses stay. The secrets themselves are lost for good."
      width="small"
      footer={
        <>
          <Button onClick={onClose} data-autofocus>
            Keep as it is
          </Button>
          <Button
            variant="danger"
            busy={startOver.isPending}
            disabled={!ready}
            onClick={() => startOver.mutate({ newPassphrase: asks ? fresh.first : '' })}
          >
            Give them up
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {asks && <NewPassphraseFields typed={fresh} />}
        <Checkbox
          label={`Give up ${many}. I can enter each of them again.`}
          checked={sure}
          onChange={setSure}
        />
        {startOver.error !== null && (
          <Banner tone="bad" title="Nothing was changed.">
            {errorText(startOver.error)}
          </Banner>
        )}
      </div>
    </Dialog>
  )
}
