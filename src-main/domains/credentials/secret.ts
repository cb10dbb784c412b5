import { inspect } from 'node:util'

/** A value that hides: it prints, logs and serialises as a mask, and only `reveal()` gives it out. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** Only a connector, and only at the moment of use. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '•••••'
  }

  toJSON(): string {
    return this.toString()
  }

  [inspect.custom](): string {
    return this.toString()
  }
}
