import type { RunbookRecord } from '#contract/runbooks'
import { Button } from '#ui/button'
import { CodeChanges } from '#ui/code-editor'
import { Dialog } from '#ui/dialog'
import { runbookLanguage } from './runbook-language'

/** Somebody saved while this text was written: shows the difference, and asks which one stays. Both are kept. */
export function ConflictDialog({
  theirs,
  mine,
  busy,
  onKeepMine,
  onTakeTheirs,
  onClose,
}: {
  theirs: RunbookRecord
  mine: string
  busy: boolean
  onKeepMine: () => void
  onTakeTheirs: () => void
  onClose: () => void
}) {
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      title="It was changed while you wrote"
      description="Green is only in your text, red only in theirs. Whatever you choose, the other stays in the history of saved texts."
      footer={
        <>
          <Button onClick={onClose} data-autofocus>
            Go on writing
          </Button>
          <Button variant="danger" onClick={onTakeTheirs}>
            Drop mine, take theirs
          </Button>
          <Button variant="primary" busy={busy} onClick={onKeepMine}>
            Save mine over theirs
          </Button>
        </>
      }
    >
      <div className="h-[50vh] overflow-hidden rounded-[10px] border border-line">
        <CodeChanges
          key={theirs.revision}
          label="Your text beside theirs"
          before={theirs.markdown}
          after={mine}
          language={runbookLanguage}
        />
      </div>
    </Dialog>
  )
}
