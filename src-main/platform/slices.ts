import { setImmediate as nextTurn } from 'node:timers/promises'

// Long work on the main loop goes in slices, so that whoever asks something meanwhile is answered.

/** Work that can pause: it yields wherever another may go first, at the latest every few milliseconds. */
export type Pieces<Result> = Generator<undefined, Result>

/** How long one slice may take: others wait for it once or twice a question. */
const SLICE_MS = 8

/** Does all of it without a pause. */
export function atOnce<Result>(pieces: Pieces<Result>): Result {
  for (;;) {
    const step = pieces.next()
    if (step.done) return step.value
  }
}

/** Does it with pauses in which others go first. */
export async function inSlices<Result>(pieces: Pieces<Result>): Promise<Result> {
  const rest = createRest()
  for (;;) {
    const step = pieces.next()
    if (step.done) return step.value
    await rest()
  }
}

/** A pause for whoever waits, taken only when the slice is over; to be asked for after each piece. */
export function createRest(): () => Promise<void> | undefined {
  let began = performance.now()
  const rest = async () => {
    await nextTurn()
    began = performance.now()
  }
  return () => (performance.now() - began < SLICE_MS ? undefined : rest())
}
