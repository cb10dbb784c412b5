import type { RequestAction } from '#contract/actions'
import { PlainText } from '#ui/plain-text'
import { Line, Quiet, secondsWords, Value } from './byte-lines'

/** A request: method and address, headers, body, what came from inputs, and what has to come back. */
export function RequestBytes({ action }: { action: RequestAction }) {
  const { method, url, headers, body, values } = action
  return (
    <>
      <Line name="ask">
        <span className="text-term-accent">{method}</span> <PlainText text={url} />
      </Line>
      {headers.length > 0 && (
        <Line name="headers">
          {headers.map(({ name, value }) => (
            <span key={name} className="block">
              {name}
              <Quiet>: </Quiet>
              <PlainText text={value} />
            </span>
          ))}
        </Line>
      )}
      {body !== null && (
        <Line name={body.as === 'raw' ? 'body' : body.as}>
          <PlainText text={body.text} />
        </Line>
      )}
      {values.length > 0 && (
        <Line name="inputs">
          {values.map(({ name, value, untrusted }) => (
            <span key={name} className="block">
              {name}
              <Quiet>=</Quiet>
              <Value value={value} untrusted={untrusted} />
            </span>
          ))}
        </Line>
      )}
      <Line name="wants">
        <Quiet>{wantedWords(action)}</Quiet>
      </Line>
      <Line name="limits">
        <Quiet>{secondsWords(action.timeoutMs)}, follows no redirect to another host</Quiet>
      </Line>
    </>
  )
}

function wantedWords({ status, json }: RequestAction): string {
  const codes = status.map(({ min, max }) => (min === max ? `${min}` : `${min} to ${max}`))
  const facts = json.map(({ path, is, value }) => `${path} ${is} ${value}`.trim())
  return [`status ${codes.join(' or ')}`, ...facts].join(', ')
}
