import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { RiskTier, TextMap } from '#contract/primitives'
import { RunStatus, StepStatus } from '#contract/runs'

const Attempt = z.strictObject({
  exit: z.int().min(0).max(255).default(0),
  prints: z.string().default(''),
  /** Ends without an answer: nobody knows whether it happened. */
  lost: z.boolean().default(false),
})
const Names = z.array(z.string())

/** What a step meets, in order, the last one for all that follow: `{ exit: 2 }` or a list of such; how people answer it. */
const Step = z.strictObject({
  meets: z
    .union([Attempt.transform((one) => [one]), z.array(Attempt).min(1)])
    .default([{ exit: 0, prints: '', lost: false }]),
  answer: z.enum(['approve', 'reject']).default('approve'),
  hand: z.enum(['done', 'failed', 'skipped']).default('done'),
  unknown: z.enum(['done', 'retry', 'failed']).default('failed'),
})

const Expected = z.strictObject({
  status: RunStatus.optional(),
  /** Words of the reason for which it ended. */
  reason: z.string().optional(),
  /** Steps that reach a target, in order, once for each attempt. */
  ran: Names.optional(),
  /** Steps that ask for approval, in order. */
  asks: Names.optional(),
  /** How steps end, by name. */
  steps: z.record(z.string(), StepStatus).optional(),
  tiers: z.record(z.string(), RiskTier).optional(),
  inputs: z.record(z.string(), z.coerce.string()).optional(),
  /** Words of problems that keep it from starting; without it there must be none. */
  problems: Names.optional(),
})

export const RunbookTest = z.strictObject({
  name: z.string().min(1),
  /** As Alertmanager sends it. Without one: no ticket. */
  alert: z.strictObject({ labels: TextMap, annotations: TextMap.default({}) }).optional(),
  inputs: TextMap.default({}),
  /** Names that stand for several targets, or for none. Any other is one target of its own name. */
  targets: z.record(z.string(), Names).default({}),
  steps: z.record(z.string(), Step).default({}),
  alert_resolves: z.boolean().default(true),
  /** Takes everything back once it has ended. */
  undo: z.boolean().default(false),
  expect: Expected,
})
export type RunbookTest = z.infer<typeof RunbookTest>

const File = z.strictObject({ tests: z.array(RunbookTest).min(1) })

export interface FileProblem {
  readonly line: number
  readonly message: string
}

/** Reads `<runbook>.test.yaml`. Problems name their line; with any there are no tests. */
export function readTestFile(text: string): {
  tests: readonly RunbookTest[]
  problems: readonly FileProblem[]
} {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const broken = document.errors.map(({ pos, message }) => ({
    line: lines.linePos(pos[0]).line,
    message: message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, ''),
  }))
  if (broken.length > 0) return { tests: [], problems: broken }
  const read = File.safeParse(document.toJS({ maxAliasCount: 50 }))
  if (read.success) return { tests: read.data.tests, problems: [] }
  const problems = read.error.issues.map(({ path, message }) => ({
    line: lineOf(path as (string | number)[]),
    message: `${path.join('.')}: ${message}`,
  }))
  return { tests: [], problems }

  /** Of the nearest thing on the way that is in the file. */
  function lineOf(path: (string | number)[]): number {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const node = document.getIn(path.slice(0, depth), true)
      const range = (node as { range?: [number, number, number] } | undefined)?.range
      if (range) return lines.linePos(range[0]).line
    }
    return 1
  }
}
