import { type Logger, pino } from 'pino'
import type { Masking } from './masking'

export type Log = Logger

/** Structured log to standard error, secrets masked at every level. `level` is one of pino's; default `info`. */
export function createLog(masking: Masking, level = 'info'): Log {
  const destination = { write: (line: string) => void process.stderr.write(masking.mask(line)) }
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)
}

/** For tests and commands that must print nothing else. */
export function silentLog(): Log {
  return pino({ level: 'silent' })
}
