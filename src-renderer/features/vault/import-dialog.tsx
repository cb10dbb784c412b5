import { useRef, useState } from 'react'
import type { z } from 'zod'
import { api } from '#api'
import type { ImportChoice, ImportItem } from '#contract/credentials'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { Dialog } from '#ui/dialog'
import { errorText } from '#ui/error-state'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { Select } from '#ui/select'
import { PassphraseField } from './passphrase-fields'

type Item = z.infer<typeof ImportItem>
type Choice = z.infer<typeof ImportChoice>
type Choices = Readonly<Record<string, Choice>>

/** Opens a file, shows what it would meet, and takes all of it in or nothing. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const order = useImport(onClose)
  const { found, file, passphrase } = order
  return (
    <Dialog
      open
      onClose={onClose}
      title="Import credentials"
      description="Nothing is stored before you have seen what is in the file; then all of it or nothing."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={order.busy} disabled={!order.ready} onClick={order.send}>
            {found === undefined ? 'Open the file' : 'Import'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {found === undefined ? (
          <>
            <FileField file={file} onFile={order.setFile} />
            <PassphraseField value={passphrase} onChange={order.setPassphrase} />
          </>
        ) : (
          <Found
            items={found.items}
            madeAt={found.madeAt}
            chosen={order.chosen}
            onChoose={order.choose}
          />
        )}
        {order.error !== null && (
          <Banner tone="bad" title="Nothing was imported.">
            {errorText(order.error)}
          </Banner>
        )}
      </div>
    </Dialog>
  )
}

/** First the file is opened, then each taken name gets a choice, then it is taken in. */
function useImport(onDone: () => void) {
  const [file, setFile] = useState<{ name: string; text: string } | null>(null)
  const [passphrase, setPassphrase] = useState('')
  const [chosen, setChosen] = useState<Choices>({})
  const look = useCommand(api.credentials.readExport, { failed: null })
  const take = useCommand(api.credentials.importAll, {
    done: ({ added, replaced, skipped }: { added: number; replaced: number; skipped: number }) =>
      `${added} added, ${replaced} replaced, ${skipped} left out`,
    failed: null,
    refresh: [['credentials']],
    onDone,
  })
  const found = look.data
  const given = { file: file?.text ?? '', passphrase }
  const isFilled = file !== null && passphrase !== ''
  return {
    file,
    passphrase,
    chosen,
    found,
    setFile,
    setPassphrase,
    choose: (name: string, choice: Choice) => setChosen({ ...chosen, [name]: choice }),
    busy: look.isPending || take.isPending,
    error: take.error ?? look.error,
    ready: found === undefined ? isFilled : found.items.every((item) => isSettled(item, chosen)),
    send() {
      if (found === undefined) look.mutate(given)
      else take.mutate({ ...given, choices: chosen })
    },
  }
}

const isSettled = ({ name, conflict }: Item, chosen: Choices) =>
  !asks(conflict) || chosen[name] !== undefined
const asks = (conflict: Item['conflict']) => conflict === 'name' || conflict === 'other_kind'
const MOST_BYTES = 900_000

function FileField({
  file,
  onFile,
}: {
  file: { name: string } | null
  onFile: (file: { name: string; text: string } | null) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState('')
  async function choose(chosen: File | undefined) {
    if (!chosen) return
    const fits = chosen.size <= MOST_BYTES
    setProblem(fits ? '' : 'This file is too large for an export of credentials.')
    onFile(fits ? { name: chosen.name, text: await chosen.text() } : null)
  }
  return (
    <div className="flex items-center gap-3">
      <input
        ref={input}
        type="file"
        hidden
        accept=".json,application/json"
        aria-label="File of the export"
        onChange={(change) => void choose(change.target.files?.[0])}
      />
      <Button onClick={() => input.current?.click()}>Choose the file</Button>
      <span className="min-w-0 truncate text-muted">
        {problem ||
          (file === null ? (
            'quarterdeck-credentials-….json'
          ) : (
            <PlainText text={file.name} max={120} />
          ))}
      </span>
    </div>
  )
}

const MEETS: Readonly<Record<Item['conflict'], string>> = {
  none: 'new here',
  same: 'the same is here already',
  name: 'this name is taken',
  other_kind: 'taken by another kind',
}

function Found({
  items,
  madeAt,
  chosen,
  onChoose,
}: {
  items: readonly Item[]
  madeAt: number
  chosen: Choices
  onChoose: (name: string, choice: Choice) => void
}) {
  return (
    <>
      <p className="text-muted">
        {items.length === 1 ? '1 credential' : `${items.length} credentials`}, exported{' '}
        <RelativeTime at={madeAt} long />.
      </p>
      <ul className="flex max-h-[320px] flex-col overflow-y-auto rounded-control border border-line">
        {items.map((item) => (
          <li
            key={item.name}
            className="flex items-center gap-3 border-line px-3 py-2 not-last:border-b"
          >
            <span className="min-w-0 flex-1">
              <span className="block truncate font-semibold">
                <PlainText text={item.name} max={80} />
              </span>
              <span className="text-small text-muted">{MEETS[item.conflict]}</span>
            </span>
            {asks(item.conflict) && (
              <Select
                aria-label={`What to do about ${item.name}`}
                className="w-[170px]"
                value={chosen[item.name] ?? ''}
                options={choicesFor(item)}
                onChoose={(choice) => {
                  if (choice !== '') onChoose(item.name, choice)
                }}
              />
            )}
          </li>
        ))}
      </ul>
    </>
  )
}

function choicesFor({ conflict }: Item): { value: Choice | ''; label: string }[] {
  const replace = { value: 'replace', label: 'Replace mine' } as const
  return [
    { value: '', label: 'Choose' },
    { value: 'skip', label: 'Keep mine' },
    ...(conflict === 'name' ? [replace] : []),
    { value: 'keep_both', label: 'Keep both' },
  ]
}
