import { useQuery } from '@tanstack/react-query'
import { Save } from 'lucide-react'
import { useDeferredValue, useEffect, useState } from 'react'
import { api } from '#api'
import { Refusal } from '#contract'
import type { RunbookId } from '#contract/primitives'
import type { RunbookRecord } from '#contract/runbooks'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { CodeEditor } from '#ui/code-editor'
import { useCommand } from '#ui/command'
import { Confirm } from '#ui/confirm'
import { TextInput } from '#ui/input'
import { PlainText } from '#ui/plain-text'
import { useShortcut } from '#ui/shortcuts'
import { completeRunbook } from './completions'
import { ConflictDialog } from './conflict-dialog'
import { type Draft, dropDraft, keepDraft } from './drafts'
import { EditorPanel } from './editor-panel'
import { runbookLanguage } from './runbook-language'
import { runbookQueries } from './runbook-queries'

const NO_NOTES: [] = []
/** Long enough not to plan at every key, short enough to feel at once. */
const REST_MS = 350

interface EditorProps {
  id: RunbookId
  draft: Draft
  /** The runbook as it is in its folder now; undefined for a new one. */
  record: RunbookRecord | undefined
}

/** Writes a runbook: the text at the left, what is wrong with it and the plan it would make at the right. */
export function RunbookEditor({ id, draft, record }: EditorProps) {
  const [place, setPlace] = useState<{ line: number }>()
  const [ticketId, setTicketId] = useState('')
  const preview = useQuery(runbookQueries.preview(id, useSettled(draft.text), ticketId))
  const known = useKnownNames()
  const problems = preview.data?.problems ?? NO_NOTES
  return (
    <div className="flex h-full min-h-0 flex-col">
      <EditorHead id={id} draft={draft} record={record} />
      <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_340px] max-[1250px]:grid-cols-1 max-[1250px]:grid-rows-[minmax(0,1fr)_minmax(120px,34%)]">
        <CodeEditor
          key={id}
          label={`Markdown of ${id}`}
          text={draft.text}
          onChange={(text) => keepDraft(id, { ...draft, text })}
          language={runbookLanguage}
          notes={problems}
          complete={(context) => completeRunbook(context, known)}
          goTo={place}
        />
        <EditorPanel
          preview={preview}
          ticketId={ticketId}
          onChooseTicket={setTicketId}
          onGoTo={(line) => setPlace({ line })}
        />
      </div>
    </div>
  )
}

function EditorHead({ id, draft, record }: EditorProps) {
  const [isLeaving, setLeaving] = useState(false)
  const isChanged = draft.text !== (record?.markdown ?? '')
  const { save, note, setNote, theirs, send, closeConflict } = useSave(id, draft)
  const leave = () => (isChanged ? setLeaving(true) : dropDraft(id))
  return (
    <header className="flex shrink-0 flex-col gap-2 border-b border-line px-4 py-2.5">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 flex-1 truncate font-semibold">
          <PlainText text={`${id}.md`} max={130} />
          <span className="ml-2 font-normal text-muted">
            {record === undefined ? 'new' : isChanged ? 'not saved' : 'as it is saved'}
          </span>
        </h2>
        <TextInput
          aria-label="What you changed, for the history"
          placeholder="What changed? (for the history)"
          className="max-w-72"
          value={note}
          onChange={(change) => setNote(change.target.value)}
        />
        <Button onClick={leave}>{isChanged ? 'Discard' : 'Close'}</Button>
        <Button
          variant="primary"
          keys="mod+s"
          icon={<Save size={15} strokeWidth={1.75} />}
          disabled={!isChanged}
          busy={save.isPending}
          onClick={() => send(draft.basedOn)}
        >
          Save
        </Button>
      </div>
      {record !== undefined && record.origin !== 'mine' && (
        <Banner tone="info" title="It comes with Quarterdeck">
          Saved, yours takes its place. Remove yours, and this one is back.
        </Banner>
      )}
      <Leave id={id} open={isLeaving} onClose={() => setLeaving(false)} />
      {theirs !== undefined && (
        <ConflictDialog
          theirs={theirs}
          mine={draft.text}
          busy={save.isPending}
          onKeepMine={() => send(theirs.revision)}
          onTakeTheirs={() => dropDraft(id)}
          onClose={closeConflict}
        />
      )}
    </header>
  )
}

function Leave({ id, ...dialog }: { id: RunbookId; open: boolean; onClose: () => void }) {
  return (
    <Confirm
      {...dialog}
      title="Discard what you typed?"
      action="Discard it"
      danger
      onConfirm={() => dropDraft(id)}
    >
      The runbook stays as it was saved. What you typed since is gone.
    </Confirm>
  )
}

/** Saving, and what to do when somebody else has saved meanwhile. */
function useSave(id: RunbookId, draft: Draft) {
  const [note, setNote] = useState('')
  const [theirs, setTheirs] = useState<RunbookRecord>()
  const show = () => void api.runbooks.get({ id }).then(setTheirs, () => undefined) // the toast has said why
  const save = useCommand(api.revisions.save, {
    failed: 'The runbook was not saved',
    refresh: [['runbooks'], ['revisions'], ['plans']],
    done: ({ problems }) =>
      problems.some(({ level }) => level === 'error')
        ? 'Saved. It cannot be started until its errors are gone'
        : 'Saved',
    wentWell: ({ problems }) => problems.every(({ level }) => level !== 'error'),
    onDone: () => {
      setTheirs(undefined)
      dropDraft(id)
    },
  })
  const send = (basedOn: string | null) =>
    save.mutate(
      { id, markdown: draft.text, basedOn, note },
      {
        onError: (error) => {
          if (error instanceof Refusal && error.code === 'conflict') show()
        },
      },
    )
  useShortcut('mod+s', 'Save the runbook', () => send(draft.basedOn), { inFields: true })
  return { save, note, setNote, theirs, send, closeConflict: () => setTheirs(undefined) }
}

function useKnownNames() {
  const connections = useQuery(runbookQueries.connections()).data ?? []
  const runbooks = useQuery(runbookQueries.list()).data?.items ?? []
  return {
    connections: connections.flatMap(({ name, tags }) => [name, ...tags]),
    runbooks: runbooks.map(({ id }) => id as string),
  }
}

/** A text once nobody has typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), REST_MS)
    return () => clearTimeout(timer)
  }, [text])
  return useDeferredValue(settled)
}
