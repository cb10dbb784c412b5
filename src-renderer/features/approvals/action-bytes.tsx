import type { ReactNode } from 'react'
import type { FrozenAction } from '#contract/actions'
import { CodeBlock } from '#ui/code-block'
import { PlainText, Untrusted } from '#ui/plain-text'
import { argvText, splitScript } from './script-pieces'
import { lentWords, overWords } from './ssh-words'

/** The frozen action in full: what is executed, with which values, where and as whom. Nothing is shortened. */
export function ActionBytes({ frozen, isOpen }: { frozen: FrozenAction; isOpen: boolean }) {
  const { action } = frozen
  const untrusted = action.env.filter((one) => one.untrusted)
  return (
    <div className="flex flex-col gap-2">
      <p className="text-small text-muted">
        {isOpen
          ? 'These exact bytes will run. Anything else will be refused.'
          : 'The exact bytes the answer was about.'}
      </p>
      <CodeBlock label="Exact action" code={JSON.stringify(action, null, 2)} wrap>
        <span className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
          <Line name="with">{argvText(action.interpreter)}</Line>
          <Line name="run">
            <Script frozen={frozen} />
          </Line>
          <Line name="env">
            <Environment frozen={frozen} />
          </Line>
          <Line name="on">
            <Target frozen={frozen} />
          </Line>
          <Line name="as">
            <Credential frozen={frozen} />
          </Line>
          <Line name="limits">
            <Quiet>{limitWords(action)}</Quiet>
          </Line>
        </span>
      </CodeBlock>
      {untrusted.length > 0 && (
        <p className="text-small text-muted">
          {untrusted.map(({ name }, index) => (
            <span key={name}>
              {index > 0 && ', '}
              <Untrusted>
                <code>{name}</code>
              </Untrusted>
            </span>
          ))}{' '}
          {untrusted.length === 1
            ? 'comes from outside: the alert’s text, or what a step printed. It passed its checks and reaches the script as an environment variable, never as code.'
            : 'come from outside: the alert’s text, or what a step printed. They passed their checks and reach the script as environment variables, never as code.'}
        </p>
      )}
    </div>
  )
}

function limitWords(action: FrozenAction['action']): string {
  return [
    `ends after ${Math.round(action.timeoutMs / 1000)} s`,
    action.cwd !== null && `in ${action.cwd}`,
    action.pty && 'in a terminal',
  ]
    .filter(Boolean)
    .join(', ')
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <span className="text-term-muted select-none">{name}</span>
      <span className="min-w-0">{children}</span>
    </>
  )
}

function Quiet({ children }: { children: ReactNode }) {
  return <span className="text-term-muted">{children}</span>
}

function Script({ frozen }: { frozen: FrozenAction }) {
  const { script, env } = frozen.action
  const tainted = new Set(env.filter((one) => one.untrusted).map((one) => one.name))
  return splitScript(
    script.replace(/\n$/, ''),
    env.map((one) => one.name),
  ).map((piece, index) => {
    const text = <PlainText text={piece.text} />
    const isTainted = piece.variable !== null && tainted.has(piece.variable)
    return (
      // oxlint-disable-next-line react/no-array-index-key -- pieces of one frozen script keep their place
      <span key={index} className={piece.variable === null ? undefined : 'text-term-accent'}>
        {isTainted ? <Untrusted term>{text}</Untrusted> : text}
      </span>
    )
  })
}

function Environment({ frozen }: { frozen: FrozenAction }) {
  const { env } = frozen.action
  if (env.length === 0) return <Quiet>none</Quiet>
  return env.map(({ name, value, untrusted }) => (
    <span key={name} className="block">
      {name}
      <Quiet>=</Quiet>
      {untrusted ? (
        <Untrusted term>
          <PlainText text={value} />
        </Untrusted>
      ) : (
        <PlainText text={value} />
      )}
    </span>
  ))
}

function Target({ frozen }: { frozen: FrozenAction }) {
  const { target } = frozen.action
  if (target.kind === 'local') {
    return (
      <>
        {target.connectionName} <Quiet>this machine</Quiet>
      </>
    )
  }
  return (
    <>
      {target.connectionName}{' '}
      <Quiet>
        {target.host}:{target.port}, host key {target.hostKey ?? 'as known_hosts says'}
        {overWords(target)}
      </Quiet>
    </>
  )
}

function Credential({ frozen }: { frozen: FrozenAction }) {
  const { target } = frozen.action
  return (
    <>
      {target.username ?? 'the operator who runs Quarterdeck'}{' '}
      <Quiet>
        {target.credentialName === null
          ? 'without a stored credential'
          : `credential ${target.credentialName}, lent by the vault for this step`}
        {lentWords(frozen.action)}
      </Quiet>
    </>
  )
}
