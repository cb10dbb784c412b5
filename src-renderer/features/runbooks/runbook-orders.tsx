import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import type { RunbookRecord } from '#contract/runbooks'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { Confirm } from '#ui/confirm'
import { IconButton } from '#ui/icon-button'
import { paths, useGo } from '#ui/links'
import { useShortcut } from '#ui/shortcuts'
import { keepDraft } from './drafts'

/** What can be done with a runbook's file. */
export function RunbookOrders({ record }: { record: RunbookRecord }) {
  const { id, markdown, revision, origin } = record
  const edit = () => keepDraft(id, { text: markdown, basedOn: revision })
  useShortcut('e', 'Edit the runbook', edit)
  return (
    <span className="flex items-center gap-1.5">
      <Button size="small" keys="e" icon={<Pencil size={14} strokeWidth={1.75} />} onClick={edit}>
        Edit
      </Button>
      {origin === 'mine' && <Remove record={record} />}
    </span>
  )
}

function Remove({ record: { id, revision } }: { record: RunbookRecord }) {
  const [isAsking, setAsking] = useState(false)
  const go = useGo()
  const remove = useCommand(api.revisions.remove, {
    done: 'Removed. Its texts stay in its history',
    failed: 'The runbook was not removed',
    refresh: [['runbooks'], ['revisions']],
    onDone: () => go(paths.runbooks(), { replace: true }),
  })
  return (
    <>
      <IconButton
        label="Remove the runbook"
        icon={<Trash2 size={15} strokeWidth={1.75} />}
        onClick={() => setAsking(true)}
      />
      <Confirm
        open={isAsking}
        onClose={() => setAsking(false)}
        title={`Remove ${id}.md?`}
        action="Remove it"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ id, basedOn: revision })}
      >
        The file in your folder goes; a shipped runbook of the same name shows again. Its texts stay
        in the history, and runs under way keep their own copy.
      </Confirm>
    </>
  )
}
