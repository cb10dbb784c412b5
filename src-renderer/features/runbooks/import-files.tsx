import { ClipboardPaste, FileText, FolderOpen, X } from 'lucide-react'
import { type ChangeEvent, useRef, useState } from 'react'
import { Button } from '#ui/button'
import { Field } from '#ui/field'
import { IconButton } from '#ui/icon-button'
import { TextArea } from '#ui/input'
import { PlainText } from '#ui/plain-text'
import { useImportStore } from './import-store'

const KINDS = '.md,.mdr,.markdown,.yaml,.yml,.json,.txt'

/** Files from the disk, several at once, or a text from the clipboard. */
export function ImportFiles() {
  const add = useImportStore((state) => state.add)
  const [pasting, setPasting] = useState(false)
  const picker = useRef<HTMLInputElement>(null)
  async function take(change: ChangeEvent<HTMLInputElement>) {
    const chosen = [...(change.target.files ?? [])]
    change.target.value = '' // the same file may be chosen again after it was changed
    add(
      await Promise.all(
        chosen.map(async (file) => ({ fileName: file.name, text: await file.text() })),
      ),
    )
  }
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <Button
          icon={<FolderOpen size={16} strokeWidth={1.75} />}
          onClick={() => picker.current?.click()}
        >
          Choose files
        </Button>
        <Button
          icon={<ClipboardPaste size={16} strokeWidth={1.75} />}
          aria-expanded={pasting}
          onClick={() => setPasting(!pasting)}
        >
          Paste a text
        </Button>
        <input
          ref={picker}
          type="file"
          multiple
          accept={KINDS}
          aria-label="Files to import"
          className="sr-only"
          tabIndex={-1}
          onChange={(change) => void take(change)}
        />
        <span className="text-small text-muted">
          Choose a StackStorm workflow together with its action: then inputs keep their types.
        </span>
      </div>
      {pasting && <Paste onDone={() => setPasting(false)} />}
      <Chosen />
    </div>
  )
}

function Chosen() {
  const { files, remove } = useImportStore()
  if (files.length === 0) return null
  return (
    <ul className="flex flex-wrap gap-1.5" aria-label="Files">
      {files.map(({ fileName }) => (
        <li
          key={fileName}
          className="flex items-center gap-1 rounded-chip border border-strong py-0.5 pr-0.5 pl-2 text-small"
        >
          <FileText size={13} strokeWidth={1.75} className="text-muted" aria-hidden />
          <PlainText text={fileName} max={60} />
          <IconButton
            label={`Leave ${fileName} out`}
            icon={<X size={13} strokeWidth={2} />}
            onClick={() => remove(fileName)}
          />
        </li>
      ))}
    </ul>
  )
}

function Paste({ onDone }: { onDone: () => void }) {
  const { files, add } = useImportStore()
  const [text, setText] = useState('')
  return (
    <div className="flex flex-col gap-2">
      <Field label="Text" help="Markdown, YAML or JSON; which system it is from is recognised.">
        {(control) => (
          <TextArea
            {...control}
            mono
            rows={8}
            data-autofocus
            value={text}
            onChange={(change) => setText(change.target.value)}
          />
        )}
      </Field>
      <div>
        <Button
          disabled={text.trim() === ''}
          onClick={() => {
            add([{ fileName: `pasted-${files.length + 1}`, text }])
            onDone()
          }}
        >
          Read it
        </Button>
      </div>
    </div>
  )
}
