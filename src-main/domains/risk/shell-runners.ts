import { assess, brief, worst, type Assessment } from './assessment'
import { readArguments } from './command-arguments'
import { field, joined, type CommandRule, type Field } from './shell-scope'
import { fill, leading } from './shell-wrappers'

/** `ssh host command`: the words are run by a shell over there. */
export const ssh: CommandRule = (args, inside) => {
  const read = leading(args, SSH_VALUES, SSH_FLAGS, 1)
  const own = readArguments(args.slice(0, args.length - read.rest.length), SSH_VALUES, SSH_FLAGS)
  const host = own.operands[0]?.field.text ?? 'another machine'
  const has = (pattern: RegExp): boolean => own.options.some((option) => pattern.test(option.name))
  if (
    host.startsWith('-') ||
    own.options.some(
      (option) => option.name === '-o' && LOCAL_COMMAND.test(option.value?.text ?? ''),
    )
  )
    return assess('destroy', 'an ssh option runs a local command')
  if (has(/^-[VQG]$/)) return assess('read', 'ssh shows its settings')
  const tunnel = has(/^-[LRDwWE]$/) ? [assess('change', 'ssh opens a tunnel')] : []
  const remote =
    read.rest.length > 0
      ? inside.script(joined(read.rest))
      : assess('change', 'ssh opens a session whose commands are not shown')
  return worst([remote, assess('reach_out', `runs on ${brief(host)}`), ...tunnel])
}

const SSH_VALUES = new Set(
  '-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w -B -P'.split(' '),
)
const SSH_FLAGS = new Set(
  '-4 -6 -A -a -C -f -G -g -K -k -M -N -n -q -s -T -t -tt -V -v -vv -X -x -Y -y'.split(' '),
)
const LOCAL_COMMAND = /^\s*(proxycommand|localcommand|permitlocalcommand|knownhostscommand|match)/i

/** `find`: only its actions reach further than reading. */
export const find: CommandRule = (args, inside) => {
  const roots = args.slice(
    0,
    Math.max(
      0,
      args.findIndex((arg) => /^[-(!]/.test(arg.text)),
    ),
  )
  const temporary =
    roots.length > 0 && roots.every((root) => /^\/(var\/)?tmp\/(?!.*\.\.)[^.*]/.test(root.text))
  const found: Assessment[] = [assess('read', 'find lists files')]
  for (let at = 0; at < args.length; at++) {
    const { text } = args[at]!
    if (/^-(exec|execdir|ok|okdir)$/.test(text)) {
      const argv = foundCommand(args, at)
      found.push(inside.command(argv))
      at += argv.length
    } else if (text === '-delete')
      found.push(assess(temporary ? 'change' : 'destroy', 'find -delete deletes files'))
    else if (/^-f(print|printf|print0|ls)$/.test(text))
      found.push(assess('change', 'find writes its list to a file'))
  }
  return worst(found)
}

/** The words behind `-exec` up to `;` or `{} +`. */
function foundCommand(args: readonly Field[], at: number): Field[] {
  const end = args.findIndex(
    (one, index) =>
      index > at && (one.text === ';' || (one.text === '+' && args[index - 1]?.text === '{}')),
  )
  const argv = args.slice(at + 1, end < 0 ? args.length : end)
  return argv.map((one) => (one.text.includes('{}') ? fill(one, '{}') : one))
}

/** `fd -x`, `watchexec -- cmd`, `entr cmd`: everything behind the marker. */
export const behind =
  (marker: RegExp, otherwise: Assessment): CommandRule =>
  (args, inside) => {
    const at = args.findIndex((arg) => marker.test(arg.text))
    if (at < 0) return otherwise
    const argv = args
      .slice(at + 1)
      .map((one) => (one.text.includes('{') ? { ...field(one.text), known: false } : one))
    return argv.length > 0
      ? inside.command([...argv, { ...field('$ITEM'), known: false }])
      : otherwise
  }
