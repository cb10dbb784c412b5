import type { Sparse } from '#domains/triage'

export interface Rows {
  readonly packed: readonly { readonly ids: Int32Array; readonly values: Float64Array }[]
  /** Inner products of each row with itself and those before it. */
  readonly products: readonly Float64Array[]
}

/** Rows with their inner products, which every fold shares. */
export function packRows(rows: readonly Sparse[], buckets: number): Rows {
  const packed = rows.map((row) => ({
    ids: Int32Array.from(row.buckets),
    values: Float64Array.from(row.values),
  }))
  const dense = new Float64Array(buckets)
  const products = packed.map(({ ids, values }, at) => {
    for (let n = 0; n < ids.length; n++) dense[ids[n]!] = values[n]!
    const line = new Float64Array(at + 1)
    for (let other = 0; other <= at; other++) line[other] = dot(dense, packed[other]!)
    for (const id of ids) dense[id] = 0
    return line
  })
  return { packed, products }
}

function dot(dense: Float64Array, { ids, values }: Rows['packed'][number]): number {
  let sum = 0
  for (let n = 0; n < ids.length; n++) sum += dense[ids[n]!]! * values[n]!
  return sum
}

/**
 * Ridge regression of each class's membership, solved exactly in its dual form (Saunders et al. 1998): with a few
 * thousand rows and a quarter of a million buckets that is the small side. `members` are the rows to learn from, ascending; `ridge`
 * is relative to their mean square length. Answers the bias of each class, and `buckets` × `classes` weights.
 */
export function fitLeastSquares(
  { packed, products }: Rows,
  members: readonly number[],
  labels: readonly number[],
  { classes, buckets, ridge }: { classes: number; buckets: number; ridge: number },
): { bias: number[]; weights: Float32Array } {
  const matrix = members.map((row, at) =>
    Float64Array.from(members.slice(0, at + 1), (other) => products[row]![other]!),
  )
  const meanSquare = matrix.reduce((sum, row, at) => sum + row[at]!, 0) / Math.max(1, matrix.length)
  factorise(matrix, ridge * meanSquare)
  const weights = new Float32Array(buckets * classes)
  const bias: number[] = []
  for (let at = 0; at < classes; at++) {
    const belongs = members.map((row) => (labels[row] === at ? 1 : 0))
    const mean = belongs.reduce<number>((sum, is) => sum + is, 0) / Math.max(1, members.length)
    bias.push(mean)
    const duals = solve(
      matrix,
      belongs.map((is) => is - mean),
    )
    for (const [n, row] of members.entries()) {
      const { ids, values } = packed[row]!
      for (let k = 0; k < ids.length; k++)
        weights[ids[k]! * classes + at]! += duals[n]! * values[k]!
    }
  }
  return { bias, weights }
}

/** Cholesky, in place: the matrix plus `ridge` on its diagonal becomes its lower factor. */
function factorise(matrix: readonly Float64Array[], ridge: number): void {
  for (const [at, row] of matrix.entries()) {
    for (let column = 0; column <= at; column++) {
      const other = matrix[column]!
      let sum = row[column]! + (column === at ? ridge : 0)
      for (let n = 0; n < column; n++) sum -= row[n]! * other[n]!
      row[column] = column === at ? Math.sqrt(sum) : sum / other[column]!
    }
  }
}

/** Forward, then backward substitution. */
function solve(factor: readonly Float64Array[], right: readonly number[]): Float64Array {
  const x = Float64Array.from(right)
  for (const [at, row] of factor.entries()) {
    let sum = x[at]!
    for (let n = 0; n < at; n++) sum -= row[n]! * x[n]!
    x[at] = sum / row[at]!
  }
  for (let at = x.length - 1; at >= 0; at--) {
    const row = factor[at]!
    x[at]! /= row[at]!
    for (let n = 0; n < at; n++) x[n]! -= row[n]! * x[at]!
  }
  return x
}
