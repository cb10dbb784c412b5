import { deflateSync } from 'node:zlib'
import {
  BUCKETS,
  choose,
  CLASSES,
  featuresOf,
  marksOf,
  scoresOf,
  type PackedSeverity,
  type SeverityFile,
  toParts,
} from '#domains/triage'
import { crossValidate } from './check-severity'
import { type EvalData, isPermissive, SeverityRow } from './eval-data'
import { fitLeastSquares, packRows, type Rows } from './least-squares'
import { type GrownForest, growForest } from './random-forest'

const RIDGE = 0.04
const TREES = 200
const SEED = 1
/** A mark of fewer rules is a name, not a sign. */
const LEAST_ROWS = 5
/** Weights are kept on this many steps either side: finer ones change no answer. */
const STEPS = 100

interface School {
  readonly labels: readonly number[]
  readonly packed: Rows
  readonly marks: readonly ReadonlySet<number>[]
}

/** Learns the severity model from permissively licensed rules, and measures it on rules of names it has not seen. */
export function learnSeverity(data: EvalData): SeverityFile {
  const rows = data.read('severity/dev.jsonl', SeverityRow)
  const school = openSchool(rows)
  const measured = crossValidate(rows, (members) => {
    const parts = toParts(learn(school, members))
    return (row) => CLASSES[choose(scoresOf(parts, row))]!
  })
  const all = [...rows.keys()].filter((row) => isPermissive(rows[row]!))
  return {
    about:
      'How alert rules are called by their authors, learnt by `npm run train`. Weights of hashed character and word' +
      ' sequences and a random forest over hashed marks; no text of a rule is kept.',
    sources: countSources(all.map((row) => rows[row]!)),
    measured,
    ...learn(school, all),
  }
}

function openSchool(rows: readonly SeverityRow[]): School {
  return {
    labels: rows.map(({ label }) => CLASSES.indexOf(label)),
    packed: packRows(rows.map(featuresOf), BUCKETS),
    marks: rows.map(marksOf),
  }
}

/** All that is learnt is learnt here, from the members alone; rounded as in the file, so what is measured is what ships. */
function learn({ labels, packed, marks }: School, members: readonly number[]): PackedSeverity {
  const classes = CLASSES.length
  const { bias, weights } = fitLeastSquares(packed, members, labels, {
    classes,
    buckets: BUCKETS,
    ridge: RIDGE,
  })
  const own = members.map((row) => marks[row]!)
  const common = commonMarks(own)
  const places = new Map(common.map((mark, place) => [mark, place]))
  const presence = {
    rows: own.map((each) => Int32Array.from([...each].flatMap((mark) => places.get(mark) ?? []))),
    features: common.length,
  }
  const answers = members.map((row) => labels[row]!)
  const forest = growForest(presence, answers, { classes, trees: TREES, seed: SEED })
  return { bias, ...packWeights(weights), forest: packForest(forest, common) }
}

function commonMarks(rows: readonly ReadonlySet<number>[]): number[] {
  const counts = new Map<number, number>()
  for (const marks of rows) for (const mark of marks) counts.set(mark, (counts.get(mark) ?? 0) + 1)
  return [...counts].filter(([, count]) => count >= LEAST_ROWS).map(([mark]) => mark)
}

function packWeights(weights: Float32Array): Pick<PackedSeverity, 'step' | 'weights'> {
  const step = largest(weights) / STEPS
  const stored = CLASSES.length - 1
  const bytes = new Int8Array(BUCKETS * stored)
  for (let bucket = 0; bucket < BUCKETS; bucket++)
    for (let at = 0; at < stored; at++)
      bytes[bucket * stored + at] = Math.round(weights[bucket * CLASSES.length + at]! / step)
  return { step, weights: deflate(bytes) }
}

function packForest(
  { asked, shares }: GrownForest,
  marks: readonly number[],
): PackedSeverity['forest'] {
  return {
    marks: [...marks],
    questions: deflate(Uint16Array.from(asked, (feature) => feature + 1)),
    shares: deflate(Uint8Array.from(shares, (share) => Math.round(share * 100))),
  }
}

function deflate(columns: Int8Array | Uint8Array | Uint16Array): string {
  return deflateSync(columns, { level: 9 }).toString('base64')
}

function largest(weights: Float32Array): number {
  return weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0)
}

function countSources(rows: readonly SeverityRow[]): SeverityFile['sources'] {
  const groups = Map.groupBy(rows, ({ source, licence }) => `${source}\n${licence}`)
  return [...groups.values()]
    .map((members) => ({
      source: members[0]!.source,
      licence: members[0]!.licence,
      rows: members.length,
    }))
    .toSorted((a, b) => b.rows - a.rows)
}
