import type { Dialect, JsonAssertion, Range } from '#contract/actions'
import type { RunbookInput, RunbookStep } from '#contract/runbooks'
import type { Assessment, Classify } from '#domains/risk'
import { readRequest } from './request-text'
import { didYouMean } from './runbook-values'
import { readStatement, type TextPiece, type TextProblem } from './statement-text'

/** Is it for a database or a web service, not for a program? */
export function isData({ language }: Pick<RunbookStep, 'language'>): boolean {
  return language === 'sql' || language === 'http'
}

/** Everything that is wrong with the code of an `sql` or `http` step, with its place. */
export function dataProblems(
  { language, code }: Pick<RunbookStep, 'language' | 'code'>,
  inputs: readonly Pick<RunbookInput, 'name'>[],
  dialect?: Dialect,
): TextProblem[] {
  const { pieces, problems } =
    language === 'sql' ? readStatement(code, dialect) : piecesOf(readRequest(code))
  const known = inputs.map(({ name }) => name)
  const unknown = pieces.flatMap((piece) =>
    'input' in piece && !known.includes(piece.input)
      ? [
          {
            offset: piece.offset,
            message: `\`{{${piece.input}}}\` is no input.${didYouMean(piece.input, known)}`,
          },
        ]
      : [],
  )
  const variables = [...code.matchAll(/\$\{?QD_[A-Z0-9_]+\}?/g)].map(({ 0: text, index }) => ({
    offset: index,
    message: `\`${text}\` is a variable of a shell. Here an input is written as {{${text.replaceAll(/[${}]|QD_/g, '').toLowerCase()}}}.`,
  }))
  return [...problems, ...unknown, ...variables]
}

function piecesOf({ url, headers, body, problems }: ReturnType<typeof readRequest>): {
  pieces: readonly TextPiece[]
  problems: readonly TextProblem[]
} {
  const pieces = [...url, ...headers.flatMap(({ value }) => value), ...(body?.pieces ?? [])]
  return { pieces, problems }
}

/**
 * How far it reaches, read as its own database reads it. Asking the service of a connection is a read: the operator who
 * made the connection chose the host.
 */
export function assessData(
  { language, code }: Pick<RunbookStep, 'language' | 'code'>,
  classify: Classify,
  dialect?: Dialect,
): Assessment {
  if (language === 'sql') {
    const { pieces } = readStatement(code, dialect)
    const text = pieces.map((piece) => ('text' in piece ? piece.text : '?')).join('')
    return classify(text, 'sql', dialect)
  }
  const assessment = classify(code, language)
  if (assessment.tier !== 'reach_out') return assessment
  const { url, method } = readRequest(code)
  const first = url[0]
  const isOwn = first !== undefined && 'text' in first && first.text.startsWith('/')
  return isOwn ? { tier: 'read', reasons: [`${method} only asks the service`] } : assessment
}

/** Reads `3`, `1..10`, `1..` (any number from 1 on). */
export function parseRange(text: string): Range | undefined {
  const [, from, dots, to] = /^(\d{1,9})(?:(\.\.)(\d{1,9})?)?$/.exec(text.trim()) ?? []
  if (from === undefined) return undefined
  const min = Number(from)
  const max = to === undefined ? (dots ? MOST : min) : Number(to)
  return min <= max ? { min, max } : undefined
}
const MOST = 999_999_999

const isStatus = ({ min, max }: Range) => min >= 100 && (max <= 599 || max === MOST)

/** Reads `200`, `200..299`, `200,404`. */
export function parseStatuses(text: string): Range[] | undefined {
  const ranges = text.split(',').map(parseRange)
  return ranges.every((range) => range && isStatus(range)) ? (ranges as Range[]) : undefined
}

const ASSERTION = /^(\$(?:\.[A-Za-z_][\w-]*|\[\d{1,6}\])*)\s*(==|!=|<=|>=|<|>|exists)\s*(.*)$/

/** Reads `$.status == ok; $.items[0].count >= 1; $.id exists`. */
export function parseAssertions(text: string): JsonAssertion[] | undefined {
  const parts = text.split(';').filter((part) => part.trim() !== '')
  const assertions = parts.map((part): JsonAssertion | undefined => {
    const [, path, is, value = ''] = ASSERTION.exec(part.trim()) ?? []
    if (path === undefined || (is === 'exists') !== (value.trim() === '')) return undefined
    return { path, is: is as JsonAssertion['is'], value: value.trim().replace(/^"(.*)"$/, '$1') }
  })
  return assertions.length > 0 && assertions.every(Boolean)
    ? (assertions as JsonAssertion[])
    : undefined
}
