import { Binary, Eye, Flag, HeartPulse, Scale, Undo2, UsersRound } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Approval } from '#contract/approvals'
import { Card } from '#ui/card'
import { cx } from '#ui/class-names'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { tierWord } from '#ui/tier'
import { askedWords, undoWords } from './approval-words'

const ICON = { size: 15, strokeWidth: 1.75 }
const TONE = {
  good: 'text-ok',
  bad: 'text-critical',
  attention: 'text-high',
  neutral: 'text-muted',
}

function Fact({
  icon,
  tone = 'neutral',
  children,
}: {
  icon: ReactNode
  tone?: keyof typeof TONE
  children: ReactNode
}) {
  return (
    <li className="flex gap-2.5">
      <span aria-hidden className={cx('mt-[2px] shrink-0', TONE[tone])}>
        {icon}
      </span>
      <span className="min-w-0 break-words">{children}</span>
    </li>
  )
}

const Code = ({ children }: { children: string }) => (
  <code className="text-small break-all">
    <PlainText text={children} max={600} />
  </code>
)

/** How it was parsed, which rule asks, and what was looked at before. */
export function WhyAsked({ approval }: { approval: Approval }) {
  const { frozen, policy, checksPassed } = approval
  return (
    <Card title="Why you are asked">
      <ul className="flex flex-col gap-2">
        {frozen !== null && (
          <Fact icon={<Binary {...ICON} />}>
            parsed as <strong>{tierWord(frozen.tier).toLowerCase()}</strong>
            {frozen.tierReasons.length > 0 && `: ${frozen.tierReasons.join('; ')}`}
          </Fact>
        )}
        <Fact icon={<Scale {...ICON} />}>
          {policy.rules.length > 0 && (
            <>
              policy <Code>{policy.rules.join(', ')}</Code>:{' '}
            </>
          )}
          <PlainText text={policy.why} max={600} />
        </Fact>
        <Fact icon={<UsersRound {...ICON} />}>{askedWords(approval)}</Fact>
        <Fact icon={<Eye {...ICON} />} tone={checksPassed.count === 0 ? 'attention' : 'neutral'}>
          {checksPassed.count === 0
            ? 'no check has passed before it in this run'
            : `${checksPassed.count === 1 ? 'one check' : `${checksPassed.count} checks`} before it passed`}
          {checksPassed.lastAt !== null && (
            <>
              , <RelativeTime at={checksPassed.lastAt} long />
            </>
          )}
        </Fact>
      </ul>
    </Card>
  )
}

/** How it is taken back, how one sees that it worked, and whether there is a way back at all. */
export function IfItGoesWrong({ approval }: { approval: Approval }) {
  const undo = undoWords(approval)
  return (
    <Card title="If it goes wrong">
      <ul className="flex flex-col gap-2">
        <Fact icon={<Undo2 {...ICON} />} tone={undo.tone}>
          {undo.text} {undo.code !== null && <Code>{undo.code}</Code>}
        </Fact>
        <Fact
          icon={<HeartPulse {...ICON} />}
          tone={approval.verify === null ? 'attention' : 'good'}
        >
          {approval.verify === null ? (
            'nothing verifies it afterwards'
          ) : (
            <>
              verify: <PlainText text={approval.verify} max={300} />
            </>
          )}
        </Fact>
        <Fact icon={<Flag {...ICON} />} tone={approval.pointOfNoReturn ? 'bad' : 'neutral'}>
          {approval.pointOfNoReturn
            ? 'point of no return: after this step the run cannot be taken back'
            : 'point of no return: not this step'}
        </Fact>
      </ul>
    </Card>
  )
}
