import type { SourceSettings } from '#contract/intake'

/** What a step may put into the lines to copy. */
export interface Given {
  /** The whole address, with its token: printable ASCII. */
  readonly url: string
  /** `http://127.0.0.1:8425/hooks/<name>`, for senders that put the token into a header instead. */
  readonly bareUrl: string
  readonly token: string
}

/** One thing to do on the sender's own screen, in that screen's own words. */
export interface Step {
  readonly say: string
  /** Lines to copy into the sender; the address is whole in what is copied. */
  readonly code?: (given: Given) => string
}

/** One way to make a sender talk to Quarterdeck. */
export interface Setup {
  readonly title: string
  readonly about: string
  readonly steps: readonly Step[]
}

/** How a kind of sender is told to an operator. */
export interface KindWords {
  readonly title: string
  /** Who speaks: machines that watch, people who ask for help, or tools of engineering work. */
  readonly group: 'signals' | 'people' | 'changes'
  readonly about: string
  /** The settings that this kind reads, in the order of the form. */
  readonly settings?: readonly (keyof SourceSettings)[]
  readonly setups: readonly Setup[]
}

/** A YAML, JSON and shell double-quoted text. */
export const quoted = (text: string) => JSON.stringify(text)

/** What comes after the host: the address as a tunnel or relay gives it on. */
export const pathOf = (address: string) => address.replace(/^https?:\/\/[^/]+/, '')
