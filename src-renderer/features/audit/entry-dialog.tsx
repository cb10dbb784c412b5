import type { AuditEntry } from '#contract/audit'
import { Button } from '#ui/button'
import { CodeBlock } from '#ui/code-block'
import { Dialog } from '#ui/dialog'
import { KeyValues } from '#ui/key-values'
import { useGo } from '#ui/links'
import { MonoId } from '#ui/mono-id'
import { PlainText } from '#ui/plain-text'
import { ExactTime } from '#ui/relative-time'
import { actionWords, detailText, subjectPath } from './audit-words'

/** One entry, whole. */
export function EntryDialog({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const go = useGo()
  const path = subjectPath(entry.subject)
  return (
    <Dialog
      open
      title={`${actionWords(entry.action)}, entry ${entry.seq}`}
      onClose={onClose}
      footer={
        path === null ? undefined : (
          <Button variant="primary" onClick={() => go(path)}>
            Open what it is about
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-4">
        <KeyValues
          items={[
            { name: 'When', value: <ExactTime at={entry.at} /> },
            { name: 'Who', value: <PlainText text={entry.actor} /> },
            { name: 'Action', value: <code>{entry.action}</code> },
            { name: 'About', value: <MonoId id={entry.subject} /> },
            { name: 'Hash', value: <MonoId id={entry.hash} /> },
          ]}
        />
        <CodeBlock code={detailText(entry.detail)} label="Facts" wrap />
      </div>
    </Dialog>
  )
}
