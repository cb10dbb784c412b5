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
  type SeverityParts,
  toParts,
  type Tree,
} from '#domains/triage'
import { boostTrees, type Presence, toPresence } from './boosted-trees'
import { crossValidate } from './check-severity'
import { type EvalData, isPermissive, SeverityRow } from './eval-data'
import { fitLeastSquares, packRows, type Rows } from './least-squares'

const RIDGE = 0.04
const ROUNDS = 250
const SEED = 1
/** A mark of fewer rules is a name, not a sign. */
const LEAST_ROWS = 5
/** Weights are kept on this many steps either side: finer ones change no answer. */
const STEPS = 100
const TREE_STEP = 0.001

interface School {
  readonly rows: readonly SeverityRow[]
  readonly labels: readonly number[]
  readonly packed: Rows
  readonly presence: Presence
  /** The bucket of each compact mark. */
  readonly marks: readonly number[]
}

/** Learns the severity model from permissively licensed rules, and measures it on rules of names it has not seen. */
export function learnSeverity(data: EvalData): SeverityFile {
  const rows = data.read('severity/dev.jsonl', SeverityRow)
  const school = openSchool(rows)
  const measured = crossValidate(rows, (members) => {
    const parts = toParts(pack(learn(school, members)))
    return (row) => CLASSES[choose(scoresOf(parts, row))]!
  })
  const all = [...rows.keys()].filter((row) => isPermissive(rows[row]!))
  return {
    about:
      'How alert rules are called by their authors, learnt by `npm run train`. Weights of hashed character and word' +
      ' sequences and trees over hashed marks; no text of a rule is kept.',
    sources: countSources(all.map((row) => rows[row]!)),
    measured,
    ...pack(learn(school, all)),
  }
}

function openSchool(rows: readonly SeverityRow[]): School {
  const seen = rows.map(marksOf)
  const counts = new Map<number, number>()
  for (const marks of seen) for (const mark of marks) counts.set(mark, (counts.get(mark) ?? 0) + 1)
  const marks = [...counts].filter(([, count]) => count >= LEAST_ROWS).map(([mark]) => mark)
  const compact = new Map(marks.map((mark, at) => [mark, at]))
  return {
    rows,
    labels: rows.map(({ label }) => CLASSES.indexOf(label)),
    packed: packRows(rows.map(featuresOf), BUCKETS),
    presence: toPresence(
      seen.map((own) => Int32Array.from([...own].flatMap((mark) => compact.get(mark) ?? []))),
      marks.length,
    ),
    marks,
  }
}

function learn(
  { labels, packed, presence, marks }: School,
  members: readonly number[],
): SeverityParts {
  const classes = CLASSES.length
  const linear = fitLeastSquares(packed, members, labels, {
    classes,
    buckets: BUCKETS,
    ridge: RIDGE,
  })
  const trees = boostTrees(presence, members, labels, { classes, rounds: ROUNDS, seed: SEED })
  const named = trees.map((tree) => ({
    ...tree,
    feature: Array.from(tree.feature, (feature) => (feature === -1 ? -1 : marks[feature]!)),
  }))
  return { ...linear, trees: named }
}

/** What is measured is what would be shipped: rounded, as in the file. */
function pack({ bias, weights, trees }: SeverityParts): PackedSeverity {
  const step = largest(weights) / STEPS
  const stored = CLASSES.length - 1
  const bytes = new Int8Array(BUCKETS * stored)
  for (let bucket = 0; bucket < BUCKETS; bucket++)
    for (let at = 0; at < stored; at++)
      bytes[bucket * stored + at] = Math.round(weights[bucket * CLASSES.length + at]! / step)
  return {
    bias: [...bias],
    step,
    weights: deflateSync(bytes, { level: 9 }).toString('base64'),
    treeStep: TREE_STEP,
    trees: packTrees(trees),
  }
}

function packTrees(trees: readonly Tree[]): SeverityFile['trees'] {
  let end = 0
  return {
    ends: trees.map(({ feature }) => (end += feature.length)),
    feature: trees.flatMap(({ feature }) => Array.from(feature)),
    yes: trees.flatMap(({ yes }) => Array.from(yes)),
    no: trees.flatMap(({ no }) => Array.from(no)),
    value: trees.flatMap(({ value }) => Array.from(value, (each) => Math.round(each / TREE_STEP))),
  }
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
