import { ShieldHalf } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { Credential } from '#contract/credentials'
import { RunbookId } from '#contract/primitives'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { Chip } from '#ui/chip'
import { useCommand } from '#ui/command'
import { Dialog } from '#ui/dialog'
import { Banner } from '#ui/banner'
import { errorText } from '#ui/error-state'
import { Field } from '#ui/field'
import { AppLink, paths } from '#ui/links'
import { TagInput } from '#ui/tag-input'

/** Which runbooks alone may use it. */
export function LimitCard({ credential }: { credential: Credential }) {
  const [open, setOpen] = useState(false)
  const { runbooks } = credential
  return (
    <Card title="Who may use it" icon={<ShieldHalf size={16} strokeWidth={1.75} />}>
      {runbooks === null ? (
        <p className="text-muted">
          Every connection, source and runbook that refers to it. It can be limited to some
          runbooks.
        </p>
      ) : (
        <>
          <p className="text-muted">Only these runbooks, and nothing else: no test, no source.</p>
          <div className="mt-2 flex flex-wrap gap-1.5">
            {runbooks.map((id) => (
              <Chip key={id} className="font-mono">
                <AppLink href={paths.runbook(id)}>{id}</AppLink>
              </Chip>
            ))}
          </div>
        </>
      )}
      <Button size="small" className="mt-3 self-start" onClick={() => setOpen(true)}>
        {runbooks === null ? 'Limit it' : 'Change the limit'}
      </Button>
      {open && <LimitDialog credential={credential} onClose={() => setOpen(false)} />}
    </Card>
  )
}

function LimitDialog({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const [tags, setTags] = useState<string[]>(credential.runbooks ?? [])
  const strange = tags.find((tag) => !RunbookId.safeParse(tag).success)
  const limit = useCommand(api.credentials.limit, {
    done: tags.length === 0 ? 'Anything may use it again' : 'It is limited to these runbooks',
    failed: null,
    refresh: [['credentials']],
    onDone: onClose,
  })
  const runbooks = tags.length === 0 ? null : tags.map((tag) => tag as RunbookId)
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Limit ${credential.name}`}
      description="A use by anything else is refused, told and written down, also over a line that is open already."
      width="small"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            busy={limit.isPending}
            disabled={strange !== undefined}
            onClick={() => limit.mutate({ id: credential.id, runbooks })}
          >
            {runbooks === null ? 'Lift the limit' : 'Keep the limit'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field
          label="Runbooks"
          optional
          help="By the name of the file, such as disk-full. Enter or a comma keeps one; none lifts the limit."
          error={
            strange === undefined
              ? null
              : `“${strange}” is no name of a runbook: disk-full, restart-web.`
          }
        >
          {(control) => (
            <TagInput {...control} tags={tags} onChange={setTags} placeholder="disk-full" />
          )}
        </Field>
        {limit.error !== null && (
          <Banner tone="bad" title="The limit was not changed.">
            {errorText(limit.error)}
          </Banner>
        )}
      </div>
    </Dialog>
  )
}
