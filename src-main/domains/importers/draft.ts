import type { ImportLine } from '#contract/importers'
import type { RunbookInput, StepLanguage } from '#contract/runbooks'

/** A step on its way into a runbook. */
export interface DraftStep {
  /** Unique in the draft. */
  readonly name: string
  readonly title: string
  /** Markdown before the fence. */
  readonly prose: string
  /** `code` becomes a check or a change, by what it does; `call` runs another runbook. */
  readonly kind: 'code' | 'call' | 'manual' | 'approval' | 'notify' | 'wait'
  readonly language: StepLanguage
  readonly code: string
  /** In the foreign file. */
  readonly line: number
  readonly on?: string | undefined
  readonly when?: string | undefined
  /** `3/10s` */
  readonly retry?: string | undefined
  readonly timeout?: string | undefined
  readonly timer?: string | undefined
  readonly cwd?: string | undefined
  readonly interactive?: boolean | undefined
  readonly interpreter?: string | undefined
  /** The run goes on when it fails; later steps see `status == "warned"`. */
  readonly goesOn?: boolean | undefined
  /** Its standard output is the value of this name in later steps. */
  readonly output?: string | undefined
  readonly call?:
    | { readonly runbook: string; readonly inputs: Readonly<Record<string, string>> }
    | undefined
}

/** A runbook on its way out of a foreign format. */
export interface Draft {
  readonly title: string
  readonly description: string
  readonly tags: readonly string[]
  readonly inputs: readonly RunbookInput[]
  /** Names of the values that steps give. */
  readonly outputs?: readonly string[] | undefined
  readonly target: string | null
  readonly cwd?: string | undefined
  readonly steps: readonly DraftStep[]
}

type Note = (line: number, item: string, why: string, todo?: string) => void

/** What became of each thing in a foreign file. */
export interface Report {
  readonly mapped: Note
  readonly changed: Note
  readonly leftOut: Note
  readonly needsYou: Note
  lines(): ImportLine[]
}

const MOST_LINES = 2_000

export function createReport(): Report {
  const lines: ImportLine[] = []
  const note =
    (level: ImportLine['level']): Note =>
    (line, item, why, todo = '') => {
      if (lines.length < MOST_LINES) lines.push({ level, line: Math.max(1, line), item, why, todo })
    }
  return {
    mapped: note('mapped'),
    changed: note('changed'),
    leftOut: note('left_out'),
    needsYou: note('needs_you'),
    lines: () => lines.toSorted((one, other) => one.line - other.line),
  }
}

/** Something a person does: what to do, then what the foreign file had, word for word. */
export function byHand(
  step: Pick<DraftStep, 'name' | 'title' | 'line'> & Partial<Pick<DraftStep, 'prose' | 'when'>>,
  instruction: string,
  original = '',
): DraftStep {
  const { name, title, line, prose = '', when } = step
  const code = original.trim() === '' ? instruction : `${instruction}\n\n${original}`
  return { name, title, line, prose, when, kind: 'manual', language: 'text', code }
}
