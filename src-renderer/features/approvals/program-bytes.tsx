import type { ProgramAction } from '#contract/actions'
import { PlainText, Untrusted } from '#ui/plain-text'
import { Line, Quiet, secondsWords, Value } from './byte-lines'
import { argvText, splitScript } from './script-pieces'

/** A program: what reads the script, the script, and the values it finds in its environment. */
export function ProgramBytes({ action }: { action: ProgramAction }) {
  return (
    <>
      <Line name="with">{argvText(action.interpreter)}</Line>
      <Line name="run">
        <Script action={action} />
      </Line>
      <Line name="env">
        <Environment action={action} />
      </Line>
      <Line name="limits">
        <Quiet>{limitWords(action)}</Quiet>
      </Line>
    </>
  )
}

function limitWords({ timeoutMs, cwd, pty }: ProgramAction): string {
  return [secondsWords(timeoutMs), cwd !== null && `in ${cwd}`, pty && 'in a terminal']
    .filter(Boolean)
    .join(', ')
}

function Script({ action: { script, env } }: { action: ProgramAction }) {
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

function Environment({ action: { env } }: { action: ProgramAction }) {
  if (env.length === 0) return <Quiet>none</Quiet>
  return env.map(({ name, value, untrusted }) => (
    <span key={name} className="block">
      {name}
      <Quiet>=</Quiet>
      <Value value={value} untrusted={untrusted} />
    </span>
  ))
}
