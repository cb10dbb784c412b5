import type { ProgramAction } from '#contract/actions'
import type { Outcome } from '#domains/connectors'
import type { Log } from '#platform/log'
import type { Pool, Way } from './pool'
import { type RemoteProgram, type TerminalUse, toRemoteProgram } from './remote-program'
import { toFileInterpreter, uploadScript } from './upload'

interface Prepared {
  readonly program: RemoteProgram
  /** Takes away what was put on the host for it. */
  remove?(): Promise<void>
}

/** The command for an action; a script that fits no command line, or that has to be a file, is brought there first. */
export async function prepare(
  needs: { readonly pool: Pool; readonly log: Log },
  way: Way,
  action: ProgramAction,
  terminal: TerminalUse | undefined,
): Promise<Prepared | Outcome> {
  const plain = toRemoteProgram(action, terminal)
  if (!plain.isTooLong && !action.asFile) return { program: plain }
  const interpreter = action.asFile ? action.interpreter : toFileInterpreter(action.interpreter)
  if (!interpreter || toRemoteProgram({ ...action, script: '' }, terminal).isTooLong)
    return {
      status: 'not_started',
      reason: 'The script with its values is larger than SSH hosts take.',
    }
  const file = await uploadScript(needs, way, action.script)
  if (!file)
    return {
      status: 'not_started',
      reason: 'The script is too large for a command, and the host did not take it as a file.',
    }
  const script = { ...action, interpreter, script: file.path }
  return { program: toRemoteProgram(script, terminal, file.sha256), remove: file.remove }
}
