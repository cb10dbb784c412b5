import type { Assignment } from 'unbash'
import { assess, type Assessment } from './assessment'
import { fieldOf } from './shell-fields'
import type { Field, Scope } from './shell-scope'

const SAFE_FOLDER =
  /^(\/usr(\/local)?\/s?bin|\/s?bin|\/opt\/[\w./-]+|\/snap\/bin|\/usr\/lib\/[\w./-]+|\$\{?PATH\}?)$/
const HARMLESS_PROGRAM =
  /^(|cat|less( -[A-Za-z]+)?|more|true|:|vi|vim|nano|false|\/bin\/true|\/usr\/bin\/less)$/
/** Variables from which programs, libraries and interpreters take code to run. */
const TAKES_CODE =
  /^(LD_PRELOAD|LD_LIBRARY_PATH|LD_AUDIT|DYLD_.*|BASH_ENV|ENV|PROMPT_COMMAND|PS4|BASH_FUNC_.*|PYTHONPATH|PYTHONSTARTUP|PYTHONWARNINGS|PERL5LIB|PERL5OPT|RUBYOPT|RUBYLIB|NODE_OPTIONS|NODE_PATH|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|GIT_(SSH|SSH_COMMAND|ASKPASS|EXEC_PATH|PROXY_COMMAND|EXTERNAL_DIFF|CONFIG.*|TEMPLATE_DIR)|SSH_ASKPASS|SUDO_ASKPASS|RSYNC_RSH|LESSOPEN|LESSCLOSE|TAR_OPTIONS|FACTERLIB|TERMINFO.*|GCONV_PATH|HOSTALIASES|LUA_INIT.*|PHPRC|R_PROFILE.*|CARGO_.*WRAPPER|RUSTC_WRAPPER)$/
const NAMES_PROGRAM =
  /^((MAN|GIT_|SYSTEMD_|AWS_|GH_|BAT_)?PAGER|EDITOR|VISUAL|GIT_EDITOR|GIT_SEQUENCE_EDITOR|SUDO_EDITOR|KUBE_EDITOR|BROWSER|SHELL)$/

/** A variable is harmless unless it decides which code runs. */
export function assessAssignment(node: Assignment, scope: Scope): Assessment {
  if (node.value.type !== 'Word') return assess('read', 'sets a variable')
  return assessVariable(node.name, fieldOf(node.value, scope))
}

/** The same for `env NAME=value`. */
export function assessVariable(name: string, value: Field): Assessment {
  if (name === 'PATH' && !value.text.split(':').every((folder) => SAFE_FOLDER.test(folder)))
    return assess('destroy', 'PATH decides which programs run')
  if (TAKES_CODE.test(name) && value.text !== '')
    return assess('destroy', `${name} makes programs run other code`)
  if (NAMES_PROGRAM.test(name) && !(value.known && HARMLESS_PROGRAM.test(value.text)))
    return assess('destroy', `${name} names a program to run`)
  return assess('read', 'sets a variable')
}
