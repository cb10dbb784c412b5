import { useQuery } from '@tanstack/react-query'
import type { Approval } from '#contract/approvals'
import { Button } from '#ui/button'
import { paths, useGo } from '#ui/links'
import { MonoId } from '#ui/mono-id'
import { useNow } from '#ui/relative-time'
import { useShortcut } from '#ui/shortcuts'
import { keptWords } from '#ui/kept-in'
import { Answer } from './answer'
import { approvalQueries } from './approval-queries'
import { STATUS_WORDS } from './approval-words'

/** Where the answer is given: reject with R, approve by holding. Nothing here is focused by itself. */
export function Decision({ approval, seenHash }: { approval: Approval; seenHash: string }) {
  const isOver = approval.expiresAt <= useNow()
  const open = approval.status === 'waiting' && !isOver
  return (
    <footer className="shrink-0 border-t border-line px-10 max-[1100px]:px-6 max-md:px-4">
      <div className="mx-auto flex min-h-[68px] w-full max-w-[960px] flex-wrap items-center gap-x-3 gap-y-2 py-3">
        <div className="flex min-w-0 flex-1 basis-64 flex-col font-mono text-caption text-muted">
          <span className="flex items-center gap-1.5">
            {approval.frozen === null ? 'text' : 'action'} sha256{' '}
            <MonoId id={approval.subjectHash} className="text-caption" />
          </span>
          {open ? <YourKey /> : <span>each answer is for this hash alone, once</span>}
        </div>
        {open ? (
          <Answer approval={approval} seenHash={seenHash} />
        ) : (
          <Answered approval={approval} isOver={isOver} />
        )}
      </div>
    </footer>
  )
}

/** Which key signs, and where it is: a key of one session proves less than one in the keychain. */
function YourKey() {
  const { data: key } = useQuery(approvalQueries.myKey())
  const { data: vault } = useQuery(approvalQueries.vault())
  if (key === undefined || vault === undefined) return <span>signed with your key</span>
  if (key === null || key.keptIn !== vault.tier)
    return <span>signed with a key made for your first answer, {keptWords(vault.tier)}</span>
  return (
    <span className="flex flex-wrap items-center gap-x-1.5">
      signed with your key ed25519 <MonoId id={key.fingerprint} className="text-caption" />
      {keptWords(key.keptIn)}
    </span>
  )
}

function Answered({ approval, isOver }: { approval: Approval; isOver: boolean }) {
  const status = approval.status === 'waiting' && isOver ? 'expired' : approval.status
  const words = STATUS_WORDS[status]
  return (
    <>
      <div className="flex min-w-0 flex-col items-end text-right">
        <p>
          <strong className={words.color}>{words.word}</strong>
          {approval.decidedBy !== null && ` by ${approval.decidedBy}`}
          {approval.comment !== '' && <q className="ml-1 text-muted">{approval.comment}</q>}
        </p>
        <p className="text-small text-muted">{words.sentence}</p>
      </div>
      <AfterAnswer approval={approval} />
    </>
  )
}

/** What comes after an answer: the next one that waits, or the run this one was for. */
function AfterAnswer({ approval }: { approval: Approval }) {
  const go = useGo()
  const waiting = useQuery(approvalQueries.list('waiting')).data?.items
  const next = waiting?.find((one) => one.id !== approval.id)
  const openNext = () => next !== undefined && go(paths.approval(next.id))
  useShortcut('n', 'Next waiting approval', openNext, {
    group: 'Approval',
    off: next === undefined,
  })
  useShortcut('l', 'Look at the run', () => go(paths.run(approval.runId)), { group: 'Approval' })
  return (
    <>
      <Button size="large" keys="l" onClick={() => go(paths.run(approval.runId))}>
        Look at the run
      </Button>
      {next !== undefined && (
        <Button variant="primary" size="large" keys="n" onClick={openNext}>
          Next waiting
        </Button>
      )}
    </>
  )
}
