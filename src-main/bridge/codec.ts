import { type Downward, Upward } from '#contract/frames'

/** One frame as JSON text, the same for both transports. */
export function encode(frame: Downward): string {
  return JSON.stringify(frame)
}

/** The frame in this text, or undefined when it is none of ours. */
export function decode(text: string): Upward | undefined {
  try {
    const frame = Upward.safeParse(JSON.parse(text))
    return frame.success ? frame.data : undefined
  } catch {
    return undefined // not JSON: the same answer
  }
}
