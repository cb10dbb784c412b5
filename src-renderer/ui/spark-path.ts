interface Spark {
  line: string
  area: string
  /** Values that stand alone between gaps: a line cannot show them. */
  dots: readonly (readonly [number, number])[]
}

const text = (run: readonly (readonly [number, number])[]) =>
  run.map(([x, y]) => `${x} ${y}`).join('L')
const round = (value: number) => Math.round(value * 100) / 100

/** The path of a series in a box of `width` × `height`, low values at the bottom. A flat series runs in the middle. */
export function sparkPath(
  values: readonly (number | null)[],
  width: number,
  height: number,
): Spark {
  const known = values.filter((value) => value !== null)
  const low = Math.min(...known)
  const span = Math.max(...known) - low
  const place = (value: number, index: number): readonly [number, number] => [
    round(values.length < 2 ? width : (index / (values.length - 1)) * width),
    round(span === 0 ? height / 2 : 1 + (1 - (value - low) / span) * (height - 2)),
  ]
  const runs = runsOf(values, place)
  const lines = runs.filter((run) => run.length > 1)
  return {
    line: lines.map((run) => `M${text(run)}`).join(''),
    area: lines
      .map((run) => `M${run[0]![0]} ${height + 2}L${text(run)}L${run.at(-1)![0]} ${height + 2}Z`)
      .join(''),
    dots: runs.filter((run) => run.length === 1).flat(),
  }
}

function runsOf(
  values: readonly (number | null)[],
  place: (value: number, index: number) => readonly [number, number],
) {
  const runs: (readonly [number, number])[][] = []
  let open: (readonly [number, number])[] = []
  for (const [index, value] of values.entries()) {
    if (value === null) {
      if (open.length > 0) runs.push(open)
      open = []
    } else open.push(place(value, index))
  }
  if (open.length > 0) runs.push(open)
  return runs
}
