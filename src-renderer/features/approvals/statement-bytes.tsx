import type { StatementAction } from '#contract/actions'
import { PlainText } from '#ui/plain-text'
import { Line, Quiet, secondsWords, Value } from './byte-lines'

const DIALECT = { postgres: 'PostgreSQL', mysql: 'MySQL or MariaDB', sqlite: 'SQLite' } as const

/** A statement: its text with placeholders, and the value that is bound to each of them. */
export function StatementBytes({ action }: { action: StatementAction }) {
  return (
    <>
      <Line name="in">
        {DIALECT[action.dialect]}{' '}
        <Quiet>
          {action.mode === 'read'
            ? 'in a transaction that the database allows to read only'
            : 'in a transaction that is committed when it went well'}
        </Quiet>
      </Line>
      <Line name="run">
        <PlainText text={action.text.trim()} />
      </Line>
      <Line name="binds">
        <Binds action={action} />
      </Line>
      <Line name="rows">
        <Quiet>{rowWords(action)}</Quiet>
      </Line>
      <Line name="limits">
        <Quiet>
          {secondsWords(action.timeoutMs)}, shows at most {action.mostRows} rows
        </Quiet>
      </Line>
    </>
  )
}

function rowWords({ expect, mode }: StatementAction): string {
  const verb = mode === 'read' ? 'found' : 'changed'
  if (expect === null) return `any number may be ${verb}`
  const { min, max } = expect
  const many = min === max ? `${min}` : `${min} to ${max}`
  return mode === 'read'
    ? `${many} have to be found`
    : `${many} may be changed; with any other number all of it is rolled back`
}

function Binds({ action: { binds, dialect } }: { action: StatementAction }) {
  if (binds.length === 0) return <Quiet>none</Quiet>
  return (
    <table className="border-collapse text-left">
      <thead className="sr-only">
        <tr>
          <th scope="col">Placeholder</th>
          <th scope="col">Input</th>
          <th scope="col">Type</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {binds.map(({ name, type, value, untrusted }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- values of one frozen statement keep their place
          <tr key={index} className="align-top">
            <td className="pr-3 text-term-accent">
              {dialect === 'postgres' ? `$${index + 1}` : `? ${index + 1}`}
            </td>
            <td className="pr-3">{name}</td>
            <td className="pr-3 text-term-muted">{type}</td>
            <td>
              {value === null ? <Quiet>NULL</Quiet> : <Value value={value} untrusted={untrusted} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
