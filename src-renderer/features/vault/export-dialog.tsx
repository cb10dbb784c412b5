import { useState } from 'react'
import { api } from '#api'
import type { Credential } from '#contract/credentials'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { Dialog } from '#ui/dialog'
import { errorText } from '#ui/error-state'
import { safeString } from '#ui/plain-text'
import { Checkbox } from '#ui/switch'
import { NewPassphraseFields, useNewPassphrase } from './passphrase-fields'

interface Exported {
  file: string
  name: string
  count: number
}

/** Chooses what goes into the file and with which passphrase it opens. */
export function ExportDialog({
  readable,
  onClose,
}: {
  readable: readonly Credential[]
  onClose: () => void
}) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const typed = useNewPassphrase()
  const ids = readable.map(({ id }) => id).filter((id) => !left.has(id))
  const send = useCommand(api.credentials.exportAll, {
    done: ({ count, name }: Exported) =>
      `${count === 1 ? '1 credential is' : `${count} credentials are`} in ${name}`,
    failed: null,
    refresh: [['credentials']],
    onDone({ file, name }) {
      download(file, name)
      onClose()
    },
  })
  const ready = ids.length > 0 && typed.problem === null
  return (
    <Dialog
      open
      onClose={onClose}
      title="Export credentials"
      description="Each one counts as used and stands in its record. The file is worth as much as its passphrase."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            busy={send.isPending}
            disabled={!ready}
            onClick={() => send.mutate({ ids, passphrase: typed.first })}
          >
            Make the file
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Choice readable={readable} left={left} onLeave={setLeft} />
        <NewPassphraseFields
          typed={typed}
          help="At least 12 characters. Without it nobody opens the file: tell it apart from the file."
        />
        {send.error !== null && (
          <Banner tone="bad" title="No file was made.">
            {errorText(send.error)}
          </Banner>
        )}
      </div>
    </Dialog>
  )
}

function Choice({
  readable,
  left,
  onLeave,
}: {
  readable: readonly Credential[]
  left: ReadonlySet<string>
  onLeave: (left: ReadonlySet<string>) => void
}) {
  function toggle(id: string, wanted: boolean) {
    const next = new Set(left)
    if (wanted) next.delete(id)
    else next.add(id)
    onLeave(next)
  }
  return (
    <fieldset className="flex max-h-[220px] flex-col gap-2 overflow-y-auto rounded-control border border-line p-3">
      <legend className="px-1 text-small font-semibold">
        {readable.filter(({ id }) => !left.has(id)).length} go into it
      </legend>
      {readable.map(({ id, name }) => (
        <Checkbox
          key={id}
          label={safeString(name, 80)}
          checked={!left.has(id)}
          onChange={(wanted) => toggle(id, wanted)}
        />
      ))}
    </fieldset>
  )
}

function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000) // the browser reads it after the click
}
