import { type FormEvent, useState } from 'react'
import { RunbookId } from '#contract/primitives'
import { Button } from '#ui/button'
import { Dialog } from '#ui/dialog'
import { Field } from '#ui/field'
import { TextInput } from '#ui/input'
import { paths, useGo } from '#ui/links'
import { hasDraft, keepDraft } from './drafts'

const toName = (title: string) =>
  title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 110)

/** A name, and then the editor with a runbook that already has the shape of one. */
export function NewRunbook({ taken, onClose }: { taken: readonly string[]; onClose: () => void }) {
  const [title, setTitle] = useState('')
  const go = useGo()
  const id = RunbookId.safeParse(toName(title)).data
  const isTaken = id !== undefined && (taken.includes(id) || hasDraft(id))
  function begin(submit: FormEvent) {
    submit.preventDefault()
    if (id === undefined || isTaken) return
    keepDraft(id, { text: templateOf(title.trim()), basedOn: null })
    onClose()
    go(paths.runbook(id))
  }
  return (
    <Dialog
      open
      onClose={onClose}
      width="small"
      title="New runbook"
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button variant="primary" type="submit" form="new-runbook" disabled={!id || isTaken}>
            Write it
          </Button>
        </>
      }
    >
      <form id="new-runbook" onSubmit={begin}>
        <Field
          label="What it does"
          help={id === undefined ? 'Such as: Restart a hung service' : `Its file: ${id}.md`}
          error={
            isTaken ? 'There is a runbook of this name. Open that one, or choose another.' : null
          }
        >
          {(control) => (
            <TextInput
              {...control}
              value={title}
              maxLength={120}
              onChange={(change) => setTitle(change.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  )
}

/** The least that makes sense: a check that only looks, a change with its way back, and a proof that it helped. */
function templateOf(title: string): string {
  return `---
title: ${JSON.stringify(title)}
match:
  alerts: []
  words: []
inputs:
  - name: host
    type: host
    from: [host, 'label:instance']
  - name: unit
    pattern: '[A-Za-z0-9@_.-]+'
    from: ['label:unit', service]
target: '{{host}}'
verify: { probe: works, holds: 3, every: 10s, within: 10m }
---

## Look first

What should be seen here, and what it means.

\`\`\`sh {"name":"look","qd.kind":"check"}
systemctl status --no-pager -- "$QD_UNIT" || true
\`\`\`

## Put it right

What is lost by this, if anything.

\`\`\`sh {"name":"fix","qd.kind":"change","qd.undo":"none"}
sudo -n systemctl restart -- "$QD_UNIT"
\`\`\`

## How it is known to work

\`\`\`sh {"name":"works","qd.kind":"check"}
systemctl is-active -- "$QD_UNIT"
\`\`\`
`
}
