import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { z } from 'zod'
import type { Severity } from '#contract/primitives'
import {
  type AlertText,
  BUCKETS,
  featuresOf,
  type Sparse,
  wordBucketsOf,
} from './severity-features'
import { type Forest, sharesOf, toForest } from './severity-forest'
import { marksOf } from './severity-marks'

/** What a text alone would be called, and the words that speak for it, strongest first. */
export interface SeverityReading {
  readonly severity: Exclude<Severity, 'info'>
  readonly words: readonly string[]
}
/** The same, with a score for each of `CLASSES`: about their probabilities. */
export type SeverityModel = (text: AlertText) => SeverityReading & { scores: readonly number[] }

/** Most urgent first; a model has one score for each. */
export const CLASSES = ['critical', 'high', 'medium', 'low'] as const

/** A linear part, whose weights can be shown as words, and a forest, which sees what only counts together. */
export interface SeverityParts {
  readonly bias: readonly number[]
  /** `BUCKETS` rows of one weight a class. */
  readonly weights: Float32Array
  readonly forest: Forest
}

const Share = z.number().min(0).max(1)
const Score = z.strictObject({
  rows: z.int(),
  /** Of those rows, by their author. */
  critical: z.int(),
  accuracy: Share,
  macroF1: Share,
  criticalCalledLow: Share,
})
/** How it did, when it was learnt, on rules that nothing like it was learnt from: of other names and texts. */
const Report = z.strictObject({
  folds: z.int().min(2),
  /** Prometheus rules. */
  all: Score,
  /** Those that do not say how bad it is. */
  silent: Score,
  /** Those whose licence keeps them from ever being learnt from. */
  notLearnt: Score,
  /** All, by models that knew no other rule of their source either. */
  otherSources: Score,
  /** GitLab's service levels, which have four classes. */
  gitlab: Score,
})
export type SeverityReport = z.infer<typeof Report>

/** As the file has it; learnt and written by `npm run train`. */
export const SeverityFile = z.strictObject({
  about: z.string(),
  sources: z.array(z.strictObject({ source: z.string(), licence: z.string(), rows: z.int() })),
  measured: Report,
  bias: z.array(z.number()).length(CLASSES.length),
  /** One step of a weight. */
  step: z.number().positive(),
  /** Signed bytes, deflated, in base64: a row a bucket, a column a class but the last, which is minus the sum of its row. */
  weights: z.base64(),
  /** See `toForest`; all but the marks are little-endian, deflated, in base64. */
  forest: z.strictObject({ marks: z.array(z.int()), questions: z.base64(), shares: z.base64() }),
})
export type SeverityFile = z.infer<typeof SeverityFile>
/** The part of the file that calls a rule. */
export type PackedSeverity = Omit<SeverityFile, 'about' | 'sources' | 'measured'>

/** Of alerts called low, those that might be critical are called high: a missed outage costs more than a look. */
const CRITICAL_DOUBT = 0.25
const SHOWN_WORDS = 4

/**
 * Reads the shipped weights when they are first needed: a window opens without them. Throws then when they are not there
 * or not ours: the installation is damaged.
 */
export function loadSeverityModel(resources: string): SeverityModel {
  let model: SeverityModel | undefined
  return (text) => {
    model ??= createSeverityModel(toParts(readFile(resources)))
    return model(text)
  }
}

export function readSeverityReport(resources: string): SeverityReport {
  return readFile(resources).measured
}

export function createSeverityModel(parts: SeverityParts): SeverityModel {
  return (text) => {
    const scores = scoresOf(parts, text)
    const chosen = choose(scores)
    return { severity: CLASSES[chosen]!, words: wordsFor(parts, text, chosen), scores }
  }
}

/** One score a class: the mean of both parts, which err in different places. About, but not exactly, probabilities. */
export function scoresOf(parts: SeverityParts, text: AlertText): number[] {
  const linear = linearScores(parts, featuresOf(text))
  const shares = sharesOf(parts.forest, CLASSES.length, marksOf(text))
  return linear.map((score, at) => (score + shares[at]!) / 2)
}

/** The class with the highest score, but not low where critical is possible. */
export function choose(scores: readonly number[]): number {
  const best = scores.indexOf(Math.max(...scores))
  if (CLASSES[best] !== 'low' || scores[0]! < CRITICAL_DOUBT) return best
  return scores[0]! > scores[1]! ? 0 : 1
}

function linearScores(
  { bias, weights }: Pick<SeverityParts, 'bias' | 'weights'>,
  { buckets, values }: Sparse,
): number[] {
  const scores = [...bias]
  for (let n = 0; n < buckets.length; n++) {
    const start = buckets[n]! * CLASSES.length
    for (let at = 0; at < scores.length; at++) scores[at]! += values[n]! * weights[start + at]!
  }
  return scores
}

function wordsFor({ weights }: SeverityParts, text: AlertText, chosen: number): string[] {
  return wordBucketsOf(text)
    .map(({ word, bucket }) => ({ word, weight: weights[bucket * CLASSES.length + chosen]! }))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, SHOWN_WORDS)
    .map(({ word }) => word)
}

function readFile(resources: string): SeverityFile {
  const path = join(resources, 'models', 'severity.json')
  try {
    return SeverityFile.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    throw new Error(`${path} is missing or damaged: install Quarterdeck again.`, { cause: error })
  }
}

export function toParts({ bias, step, weights, forest }: PackedSeverity): SeverityParts {
  const bytes = new Int8Array(inflate(weights))
  const stored = CLASSES.length - 1
  if (bytes.length !== BUCKETS * stored) throw new Error('The severity model has the wrong size.')
  const all = new Float32Array(BUCKETS * CLASSES.length)
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const row = bytes.subarray(bucket * stored, (bucket + 1) * stored)
    for (const [at, byte] of row.entries()) all[bucket * CLASSES.length + at] = byte * step
    all[(bucket + 1) * CLASSES.length - 1] = -step * row.reduce((sum, byte) => sum + byte, 0)
  }
  return {
    bias,
    weights: all,
    forest: toForest(
      forest.marks,
      new Uint16Array(inflate(forest.questions)),
      new Uint8Array(inflate(forest.shares)),
    ),
  }
}

function inflate(base64: string): ArrayBuffer {
  return Uint8Array.from(inflateSync(Buffer.from(base64, 'base64'))).buffer
}
