import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { useCallback, useEffect, useRef } from 'react'
import type { RunId } from '#contract/primitives'
import type { OutputChunk } from '#contract/runs'
import { documentWithoutInlineStyles } from './terminal-styles'
import { useRunOutput } from './use-run-output'

const LINES_KEPT = 20_000
const THEME = {
  background: '#07080a',
  foreground: '#e8ebf0',
  cursor: '#e8ebf0',
  selectionBackground: '#2d3641',
  black: '#12161b',
  brightBlack: '#667180',
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
const PLAIN = '\u001b[0m'

/** The live output of a run, or of one of its steps. Only reads: nothing that is typed here goes anywhere. */
export function RunTerminal({ id, only }: { id: RunId; only: number | null }) {
  const box = useRef<HTMLDivElement>(null)
  const terminal = useRef<Terminal>(null)
  const kept = useRef<OutputChunk[]>([])
  const shown = useRef(only)

  useEffect(() => {
    const made = new Terminal({
      convertEol: true,
      disableStdin: true,
      cursorInactiveStyle: 'none',
      fontFamily: "'JetBrains Mono Variable', monospace",
      fontSize: 12,
      lineHeight: 1.45,
      scrollback: LINES_KEPT,
      theme: THEME,
      documentOverride: documentWithoutInlineStyles(document),
      linkHandler: { activate: () => {} }, // a host's output may name links; nothing here follows them
    })
    const fit = new FitAddon()
    made.loadAddon(fit)
    made.open(box.current!)
    terminal.current = made
    const observer = new ResizeObserver(() => fit.fit())
    observer.observe(box.current!)
    fit.fit()
    return () => {
      observer.disconnect()
      made.dispose()
      terminal.current = null
    }
  }, [])

  useEffect(() => {
    shown.current = only
    terminal.current?.reset()
    for (const chunk of kept.current) draw(terminal.current, chunk, only)
  }, [only])

  const take = useCallback((chunk: OutputChunk) => {
    kept.current.push(chunk)
    draw(terminal.current, chunk, shown.current)
  }, [])
  useRunOutput(id, take)
  return (
    <div className="min-h-0 flex-1 overflow-hidden rounded-card border border-terminal-line bg-terminal p-3">
      <div ref={box} className="size-full" role="log" aria-label="Output of the run" />
    </div>
  )
}

function draw(terminal: Terminal | null, chunk: OutputChunk, only: number | null): void {
  if (only !== null && chunk.stepIndex !== only) return
  terminal?.write(chunk.channel === 'note' ? `${NOTE}${chunk.text}${PLAIN}` : chunk.text)
}
