import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Severity } from '#contract/primitives'
import { type AlertText, BUCKETS, featuresOf, wordBucketsOf } from './severity-features'

/** What a text alone would be called, and the words that speak for it, strongest first. */
export interface SeverityReading {
  readonly severity: Exclude<Severity, 'info'>
  readonly words: readonly string[]
}
export type SeverityModel = (text: AlertText) => SeverityReading

/** Most urgent first. */
export const CLASSES = ['critical', 'high', 'medium', 'low'] as const

/** A linear model: a score a class is its bias plus the sum of bucket values times weights. */
export interface SeverityWeights {
  readonly bias: readonly number[]
  /** `BUCKETS` rows of one weight a class. */
  readonly weights: Float32Array
}

/** As the file has it; learnt and written by `npm run train`. */
export const SeverityFile = z.strictObject({
  about: z.string(),
  licences: z.array(z.strictObject({ source: z.string(), licence: z.string(), rows: z.int() })),
  buckets: z.literal(BUCKETS),
  classes: z.tuple(CLASSES.map((name) => z.literal(name)) as [z.ZodLiteral, ...z.ZodLiteral[]]),
  bias: z.array(z.number()).length(CLASSES.length),
  /** One unit of a weight. */
  unit: z.number().positive(),
  /** Signed bytes in base64, a row a bucket: the weights of all classes but the last, which is minus their sum. */
  weights: z.base64(),
})

/** Of alerts called low, those that might as well be critical are called high: a missed outage costs more than a look. */
const CRITICAL_DOUBT = 0.2
const SHOWN_WORDS = 4

/** Reads the shipped weights. Throws when they are not there or not ours: the installation is damaged. */
export function loadSeverityModel(resources: string): SeverityModel {
  const file = SeverityFile.parse(
    JSON.parse(readFileSync(join(resources, 'models', 'severity.json'), 'utf8')),
  )
  return createSeverityModel({ bias: file.bias, weights: toWeights(file) })
}

export function createSeverityModel(model: SeverityWeights): SeverityModel {
  return (text) => {
    const chosen = choose(scoresOf(model, featuresOf(text)))
    return { severity: CLASSES[chosen]!, words: wordsFor(model, text, chosen) }
  }
}

/** One score a class; they sum to one and are about, but not exactly, probabilities. */
export function scoresOf(
  { bias, weights }: SeverityWeights,
  features: ReadonlyMap<number, number>,
): number[] {
  const scores = [...bias]
  for (const [bucket, value] of features)
    for (let at = 0; at < CLASSES.length; at++)
      scores[at]! += value * weights[bucket * CLASSES.length + at]!
  return scores
}

/** The class with the highest score, but not low where critical is possible. */
export function choose(scores: readonly number[]): number {
  const best = scores.indexOf(Math.max(...scores))
  if (CLASSES[best] !== 'low' || scores[0]! < CRITICAL_DOUBT) return best
  return scores[0]! > scores[1]! ? 0 : 1
}

function wordsFor({ weights }: SeverityWeights, text: AlertText, chosen: number): string[] {
  return wordBucketsOf(text)
    .map(({ word, bucket }) => ({ word, weight: weights[bucket * CLASSES.length + chosen]! }))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, SHOWN_WORDS)
    .map(({ word }) => word)
}

function toWeights({ weights, unit }: z.infer<typeof SeverityFile>): Float32Array {
  const bytes = new Int8Array(Buffer.from(weights, 'base64'))
  const stored = CLASSES.length - 1
  if (bytes.length !== BUCKETS * stored)
    throw new Error('resources/models/severity.json is damaged: reinstall Quarterdeck.')
  const all = new Float32Array(BUCKETS * CLASSES.length)
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    let sum = 0
    for (let at = 0; at < stored; at++) {
      const weight = bytes[bucket * stored + at]! * unit
      all[bucket * CLASSES.length + at] = weight
      sum += weight
    }
    all[bucket * CLASSES.length + stored] = -sum
  }
  return all
}
