import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { RunId } from '#contract/primitives'
import type { OutputChunk } from '#contract/runs'
import { documentWithoutInlineStyles } from './terminal-styles'
import { useRunOutput } from './use-run-output'

const LINES_KEPT = 20_000
const THEME = {
  background: '#00000000', // the ground is the box's, which follows the theme
  foreground: '#e8ebf0',
  cursor: '#e8ebf0',
  selectionBackground: '#2d3641',
  black: '#66717f', // not the ground's: words in it could not be seen
  brightBlack: '#8691a0',
  red: '#ff6b6b',
  brightRed: '#ff8f8f',
  green: '#4cc38a',
  brightGreen: '#79d9ab',
  yellow: '#e9c84a',
  brightYellow: '#f3dc85',
  blue: '#63b3ed',
  brightBlue: '#93cdf5',
  magenta: '#b48ef0',
  brightMagenta: '#cfb4f7',
  cyan: '#5cc8d6',
  brightCyan: '#8fdce6',
  white: '#c9d0d9',
  brightWhite: '#ffffff',
}
/** Our own words between the outputs: muted, so that they are not taken for the host's. */
const NOTE = '\u001b[38;5;245m'
const BAD = '\u001b[38;5;210m'
const PLAIN = '\u001b[0m'

/** What stands above the output of each step. */
export type StepTitle = (stepIndex: number, attempt: number) => string

/** What the terminal holds, and which step spoke last in it. */
interface Screen {
  terminal: Terminal
  last: string
}

/** The live output of a run, or of one of its steps. Only reads: nothing that is typed here goes anywhere. */
export function RunTerminal({
  id,
  only,
  titleOf,
}: {
  id: RunId
  only: number | null
  titleOf: StepTitle
}) {
  const box = useRef<HTMLDivElement>(null)
  const screen = useScreen(box)
  const kept = useRef<OutputChunk[]>([])
  const [spoken, setSpoken] = useState<ReadonlySet<number>>(new Set())
  const draw = (chunk: OutputChunk) => drawChunk(screen.current, chunk, only, titleOf)
  const newest = useRef(draw)
  useLayoutEffect(() => {
    newest.current = draw
  })

  useEffect(() => {
    clear(screen.current)
    for (const chunk of kept.current) newest.current(chunk)
  }, [only, screen])

  const take = useCallback((chunk: OutputChunk) => {
    kept.current.push(chunk)
    setSpoken((before) =>
      before.has(chunk.stepIndex) ? before : new Set([...before, chunk.stepIndex]),
    )
    newest.current(chunk)
  }, [])
  const isSilent = only === null ? spoken.size === 0 : !spoken.has(only)
  useRunOutput(id, take)
  return (
    <div className="relative min-h-0 flex-1 overflow-hidden rounded-card border border-terminal-line bg-terminal p-3">
      <div
        ref={box}
        className="size-full [&_.xterm-scrollable-element]:bg-transparent! [&_.xterm-viewport]:bg-transparent!"
        role="log"
        aria-label="Output of the run"
      />
      {isSilent && (
        <p className="pointer-events-none absolute inset-x-0 top-3 px-4 font-mono text-small text-term-muted">
          {only === null
            ? 'Nothing was said yet. Output appears here as it comes.'
            : 'This step has said nothing.'}
        </p>
      )}
    </div>
  )
}

function clear(screen: Screen | null): void {
  if (screen === null) return
  screen.terminal.reset()
  screen.last = ''
}

/** The terminal in a box, as wide and high as the box is. */
function useScreen(box: { readonly current: HTMLDivElement | null }) {
  const screen = useRef<Screen>(null)
  useEffect(() => {
    const made = new Terminal({
      allowTransparency: true,
      convertEol: true,
      disableStdin: true,
      cursorInactiveStyle: 'none',
      fontFamily: "'JetBrains Mono Variable', monospace",
      fontSize: 12,
      lineHeight: 1.25,
      scrollback: LINES_KEPT,
      theme: THEME,
      documentOverride: documentWithoutInlineStyles(document),
      linkHandler: { activate: () => {} }, // a host's output may name links; nothing here follows them
    })
    const fit = new FitAddon()
    made.loadAddon(fit)
    made.open(box.current!)
    screen.current = { terminal: made, last: '' }
    const observer = new ResizeObserver(() => fit.fit())
    observer.observe(box.current!)
    fit.fit()
    return () => {
      observer.disconnect()
      made.dispose()
      screen.current = null
    }
  }, [box])
  return screen
}

function drawChunk(
  screen: Screen | null,
  { stepIndex, attempt, channel, text }: OutputChunk,
  only: number | null,
  titleOf: StepTitle,
): void {
  if (screen === null || (only !== null && stepIndex !== only)) return
  const speaker = `${stepIndex} ${attempt}`
  if (screen.last !== speaker) {
    const gap = screen.last === '' ? '' : `${PLAIN}\n`
    screen.terminal.write(`${gap}${NOTE}${titleOf(stepIndex, attempt)}${PLAIN}\n`)
    screen.last = speaker
  }
  const color = { stdout: '', stderr: BAD, note: NOTE }[channel]
  screen.terminal.write(color === '' ? text : `${color}${text}${PLAIN}`)
}
