import { Activity, Play, Server, Square, Waypoints } from 'lucide-react'
import type { Connection, TestProgress } from '#contract/connections'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { cx } from '#ui/class-names'
import { errorText } from '#ui/error-state'
import { PlainText } from '#ui/plain-text'
import { RelativeTime } from '#ui/relative-time'
import { StepMark, type StepState } from '#ui/stepper'
import { HostKeyPrompt } from './host-key-prompt'
import { legsOf, type Stage } from './test-legs'
import type { TestState } from './use-connection-test'

const STAGES: Readonly<Record<Stage, { title: string; about: string }>> = {
  name: { title: 'Name', about: 'the host has an address' },
  tcp: { title: 'Port', about: 'something answers there' },
  tls: { title: 'Certificate', about: 'the line is encrypted, and it is the right server' },
  host_key: { title: 'Host key', about: 'it is the host you accepted, before anything is sent' },
  auth: { title: 'Sign-in', about: 'it lets this user in' },
  permission: { title: 'Permission', about: 'a harmless command runs' },
}
const MARK: Readonly<Record<TestProgress['state'], StepState>> = {
  running: 'now',
  passed: 'done',
  failed: 'failed',
  asks: 'waiting',
}

/** Each stage as it happens, with what the host said; the first that does not pass ends the test. */
export function TestCard({ connection, test }: { connection: Connection; test: TestState }) {
  const { progress, running, error } = test
  const objection = progress?.find(isObjection)
  return (
    <Card
      title="Connection test"
      icon={<Activity size={16} strokeWidth={1.75} />}
      note={<LastTest connection={connection} test={test} />}
      tone={objection === undefined ? 'neutral' : objection.state === 'asks' ? 'attention' : 'bad'}
    >
      <Legs connection={connection} progress={progress ?? []} />
      {progress === null && <LastFailure connection={connection} />}
      {error !== null && (
        <div className="mt-3">
          <Banner tone="bad" title="The test ended early.">
            {errorText(error)}
          </Banner>
        </div>
      )}
      {objection && !running && (
        <HostKeyPrompt connection={connection} shown={objection} onTrusted={test.start} />
      )}
      <div className="mt-4 flex justify-end">
        <TestButton connection={connection} test={test} quiet={objection !== undefined} />
      </div>
    </Card>
  )
}

function LastFailure({ connection: { lastTest } }: { connection: Connection }) {
  if (lastTest === null || lastTest.ok) return null
  return (
    <p className="mt-2 rounded-control px-3 py-2 break-words tint-critical">
      <span className="text-muted">Last time: </span>
      <PlainText text={lastTest.summary} max={600} />
    </p>
  )
}

/** The hosts on the way, one after the other. */
function Legs({
  connection,
  progress,
}: {
  connection: Connection
  progress: readonly TestProgress[]
}) {
  const legs = legsOf(connection, progress)
  return (
    <div className="flex flex-col" aria-live="polite">
      {legs.map(({ jumpHost, stages }, at) => (
        <Leg
          key={jumpHost ?? ''}
          title={legs.length === 1 ? null : (jumpHost ?? connection.name)}
          isJump={jumpHost !== undefined}
          stages={stages}
          firstNumber={legs.slice(0, at).reduce((sum, leg) => sum + leg.stages.length, 1)}
          progress={progress.filter((one) => one.jumpHost === jumpHost)}
        />
      ))}
    </div>
  )
}

interface LegProps {
  /** Null where there is only one. */
  title: string | null
  isJump: boolean
  stages: readonly Stage[]
  firstNumber: number
  progress: readonly TestProgress[]
}

/** The stages of one host on the way. */
function Leg({ title, isJump, stages, firstNumber, progress }: LegProps) {
  return (
    <>
      {title !== null && (
        <h4 className="flex items-center gap-2 border-line pt-3 pb-1 text-small font-semibold">
          {isJump ? (
            <Waypoints size={14} strokeWidth={1.75} aria-hidden className="text-muted" />
          ) : (
            <Server size={14} strokeWidth={1.75} aria-hidden className="text-muted" />
          )}
          <span className="font-mono">
            <PlainText text={title} max={120} />
          </span>
          {isJump && <span className="font-normal text-muted">jump host</span>}
        </h4>
      )}
      <ol aria-label={`Stages of the test${title === null ? '' : `: ${title}`}`}>
        {stages.map((stage, index) => (
          <StageLine
            key={stage}
            stage={stage}
            number={firstNumber + index}
            progress={progress.find((one) => one.stage === stage)}
          />
        ))}
      </ol>
    </>
  )
}

/** The host's key is new, or is another than the accepted one. */
function isObjection({ stage, state, hostKey }: TestProgress): boolean {
  return stage === 'host_key' && hostKey !== null && (state === 'asks' || state === 'failed')
}

function TestButton({
  connection,
  test,
  quiet,
}: {
  connection: Connection
  test: TestState
  /** Something else on the card is the next step. */
  quiet: boolean
}) {
  if (test.running)
    return (
      <Button icon={<Square size={15} strokeWidth={1.75} />} onClick={test.stop}>
        Stop
      </Button>
    )
  const isFirst = test.progress === null && connection.lastTest === null
  return (
    <Button
      variant={quiet ? 'secondary' : 'primary'}
      keys="t"
      icon={<Play size={15} strokeWidth={1.75} />}
      onClick={test.start}
    >
      {isFirst ? 'Test it' : 'Test again'}
    </Button>
  )
}

function LastTest({ connection: { lastTest }, test }: { connection: Connection; test: TestState }) {
  if (test.running) return 'under way'
  if (test.progress?.some(({ state }) => state === 'asks')) return 'waits for your word'
  if (lastTest === null) return 'not tested yet'
  return (
    <>
      {lastTest.ok ? 'passed ' : 'failed '}
      <RelativeTime at={lastTest.at} long />
    </>
  )
}

function StageLine({
  stage,
  number,
  progress,
}: {
  stage: Stage
  number: number
  progress: TestProgress | undefined
}) {
  const { title, about } = STAGES[stage]
  return (
    <li className="grid grid-cols-[22px_88px_minmax(0,1fr)_auto] items-baseline gap-x-3 border-line py-1.5 not-last:border-b max-md:grid-cols-[22px_minmax(0,1fr)_auto]">
      <span className="self-center">
        <StepMark
          state={progress === undefined ? 'next' : MARK[progress.state]}
          number={number}
          running={progress?.state === 'running'}
        />
      </span>
      <span className={cx('font-semibold', progress === undefined && 'text-muted')}>{title}</span>
      <span
        className={cx(
          'min-w-0 break-words max-md:col-span-2 max-md:col-start-2 max-md:row-start-2',
          DETAIL_COLOR[progress?.state ?? 'passed'],
        )}
      >
        {progress === undefined ? about : <PlainText text={stageWords(progress)} max={1000} />}
      </span>
      <span className="text-right text-small text-muted tnum max-md:col-start-3 max-md:row-start-1">
        {progress !== undefined && progress.state !== 'running' && tookWords(progress.tookMs)}
      </span>
    </li>
  )
}

const DETAIL_COLOR: Readonly<Record<TestProgress['state'], string>> = {
  running: 'text-muted',
  passed: 'text-muted',
  failed: 'text-critical',
  asks: 'text-high',
}

/** The prompt under the stages says it at length; the line only names what happened. */
function stageWords({ stage, state, detail, hostKey }: TestProgress): string {
  if (stage !== 'host_key' || hostKey === null) return detail
  if (state === 'asks') return 'The host shows its key for the first time. Compare it below.'
  return state === 'failed' ? 'The host key has changed. Nothing was sent to it.' : detail
}

function tookWords(ms: number): string {
  return ms < 1 ? '< 1 ms' : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
