import { PencilLine } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { Credential } from '#contract/credentials'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { Dialog } from '#ui/dialog'
import { errorText } from '#ui/error-state'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'

/** Gives a credential another label; whatever uses it goes on using it. */
export function RenameButton({ credential }: { credential: Credential }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button icon={<PencilLine size={15} strokeWidth={1.75} />} onClick={() => setOpen(true)}>
        Rename
      </Button>
      {open && <RenameDialog credential={credential} onClose={() => setOpen(false)} />}
    </>
  )
}

function RenameDialog({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const [name, setName] = useState(credential.name)
  const rename = useCommand(api.credentials.rename, {
    done: `It is called ${name.trim()} now`,
    failed: null,
    refresh: [['credentials'], ['connections']],
    onDone: onClose,
  })
  const ready = name.trim() !== '' && name.trim() !== credential.name
  const send = () => {
    if (ready && !rename.isPending) rename.mutate({ id: credential.id, name: name.trim() })
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Rename ${credential.name}`}
      width="small"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={rename.isPending} disabled={!ready} onClick={send}>
            Rename
          </Button>
        </>
      }
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <Field label="Name" error={rename.error === null ? null : errorText(rename.error)}>
          {(control) => (
            <TextInput
              {...control}
              data-autofocus
              value={name}
              maxLength={80}
              onChange={(change) => setName(change.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  )
}
