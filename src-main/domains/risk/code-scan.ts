import { assess, entry, worst, type Assessment } from './assessment'
import { readArguments } from './command-arguments'
import type { CommandRule, Field, Inside } from './shell-scope'

/** Names by which a program starts others, loads code or deletes. */
const REACHES_FAR =
  /\b(system|exec\w*|popen\w*|spawn\w*|fork\w*|vfork|subprocess|pty|eval|compile|__\w+__|globals|locals|vars|getattr|setattr|importlib|child_process|socket|Socket|TCPSocket|connect|rmtree|unlink\w*|remove\w*|rmdir\w*|removedirs|rm|rmSync|rm_rf|rm_r|rm_f|delete\w*|Delete|drop\w*|truncate\w*|destroy\w*|passthru|shell_exec|proc_open|pcntl\w*|syscall|ctypes|ffi|DynaLoader|require_once|include|Function|constructor|vm|IO|Open3|PTY|Kernel|Process|instance_eval|class_eval|send|public_send|method|load|loadstring|dofile|loadfile|setuid|setgid|chroot|mmap|fromhex|b64decode|atob|unpack|codecs|marshal|pickle|loads?_module|runpy|code|pdb|inspect|breakpoint|write_bytes|Shell|ProcessBuilder|Runtime|getRuntime|halt|kill|killpg|reboot)\b/
const WRITES =
  /\b(open|fopen|file_put_contents|write\w*|File|FileUtils|Path|pathlib|rename\w*|replace_file|mkdir\w*|makedirs|copy\w*|move|symlink|link|chmod\w*|chown\w*|touch|mkstemp|putenv|environ|urlopen|requests|http|https|net|fetch|urllib|post|put)\b/
/** Names that only compute and print. */
const HARMLESS = new Set(
  `import from as for in if else elif not and or is None True False true false null undefined lambda return print println printf puts p pp say echo console log
  json sys os re math time datetime random string collections itertools functools platform hashlib base64 uuid statistics decimal textwrap struct socket_ version version_info
  stdin stdout argv path exists isfile isdir getcwd getpid getenv cpu_count uname basename dirname join split rsplit splitlines strip lstrip rstrip lower upper title format replace
  startswith endswith count index find len str int float bool list dict set tuple range enumerate zip map filter sorted sort reversed reverse sum min max abs round any all type isinstance repr
  hex oct bin ord chr divmod pow next iter items keys values get load loads dumps dump indent sort_keys default now utcnow today strftime strptime isoformat timestamp fromtimestamp timedelta sleep
  sha256 sha1 md5 hexdigest b64encode encode decode match search findall sub group groups finditer sqrt pi floor ceil mean median randint choice uuid4 gmtime localtime mktime perf_counter
  const let var function of new Date JSON stringify parse process env length forEach reduce toString toFixed toUpperCase toLowerCase Math Object Array Number String Boolean Map Set entries slice concat includes indexOf push platform arch versions
  my our foreach while until unless print_r var_dump phpversion php_uname date strlen count implode explode strtoupper json_decode json_encode PHP_VERSION PHP_EOL
  BEGIN END def end do then local each inspect_ to_s to_i to_f RUBY_VERSION ENV Time chomp lc uc scalar keys_ substr sprintf localtime_ tr y s m q qq x eq ne lt gt le ge cmp STDIN STDOUT STDERR ARGV NR self with pass break continue`.split(
    /\s+/,
  ),
)

/** The tier of inline program code: known harmless names are a read, names that start programs or delete are `destroy`, the rest a change. */
export function scanCode(code: string, language: string): Assessment {
  if (
    /^(perl|ruby|php)$/.test(language) &&
    STARTS_PROGRAM.test(code) &&
    !PLAIN_SUBSTITUTION.test(code.trim())
  )
    return assess('destroy', `${language} code starts a program`)
  const bare = withoutTexts(code, language).replaceAll(/\bjson\s*\.\s*loads?\b/g, 'json.dumps')
  const far = REACHES_FAR.exec(bare)
  if (far) return assess('destroy', `${language} code uses ${far[0]}`)
  const writes = WRITES.exec(bare)?.[0]
  if (writes && !readsFile(code, writes)) return assess('change', `${language} code uses ${writes}`)
  const known = new Set([...HARMLESS, ...ownNames(bare), writes])
  const strange = bare.match(/[A-Za-z_]\w*/g)?.find((name) => !known.has(name))
  if (strange) return assess('change', `${language} code uses ${strange.slice(0, 40)}`)
  return assess('read', `${language} code only computes and prints`)
}

/** Backticks, `qx`, `%x`, pipes in `open`, code in patterns and `s///e`. */
const STARTS_PROGRAM = /`|\bqx\b|%x|\?\{|\bopen\b[^;{]*["'\s]\s*\||\/[a-z]*e[a-z]*\s*(;|$|')/
const PLAIN_SUBSTITUTION = /^(s|y|tr)\/([^/\\]|\\.)*\/([^/\\]|\\.)*\/[gimsx]*;?$/

function readsFile(code: string, name: string): boolean {
  return (
    name === 'open' &&
    [...code.matchAll(/\bopen\s*\(([^()]*)\)/g)].every((call) =>
      /^\s*(["'])[^"']*\1\s*(,\s*(["'])rb?\3\s*)?$|^\s*\w+(\.\w+)?(\[\d\])?\s*$/.test(
        call[1] ?? '',
      ),
    )
  )
}

function withoutTexts(code: string, language: string): string {
  const comments = /^(python|perl|ruby)/.test(language)
    ? /#[^\n]*/g
    : /\/\/[^\n]*|\/\*[\s\S]*?\*\//g
  return code
    .replaceAll(
      /(\b[fF])?("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)/g,
      (all: string, f: string | undefined) =>
        f || all.startsWith('`') || (language === 'ruby' && all.includes('#{'))
          ? ` ${[...all.matchAll(/\{([^{}]*)\}/g)].map((part) => (part[1] ?? '').replace(/:[^'"]*$/, '')).join(' ')} `
          : ' "" ',
    )
    .replaceAll(comments, ' ')
}

function ownNames(code: string): string[] {
  const names = [
    ...code.matchAll(
      /(?:\bfor|\blambda|\bconst|\blet|\bvar|\bmy|\bas)\s+[$@%]?([A-Za-z_]\w*)(?:\s*,\s*([A-Za-z_]\w*))?|(?:^|[;\n(,{])\s*[$@%]?([A-Za-z_]\w*)\s*=(?!=)|[$@%]([A-Za-z_]\w*)|(?:\(|,)\s*([A-Za-z_]\w*)\s*\)?\s*=>/g,
    ),
  ]
  return names.flatMap((match) => match.slice(1).filter((name): name is string => Boolean(name)))
}

const CODE_OPTIONS: Record<string, RegExp> = {
  python: /^-c$/,
  perl: /^-[eE]$/,
  ruby: /^-e$/,
  node: /^(-e|-p|--eval|--print)$/,
  php: /^(-r|-B|-R|-E)$/,
  lua: /^-e$/,
  Rscript: /^-e$/,
  other: /^(-e|-c|-E|-x|--eval|-eval|--expr|--command)$/,
}
const SAFE_MODULES =
  /^(json\.tool|platform|site|sysconfig|calendar|this|tokenize|dis|tabnanny|base64|timeit)$/

/** An interpreter: code in an option is scanned, a script from a pipe is opaque, one from a file is a program nobody sees here. */
export const interpreter: CommandRule = (args, inside, name) => {
  const bare = name.replace(/[\d.]+$/, '')
  const language = entry(SAME_LANGUAGE, bare) ?? bare
  const option = of(CODE_OPTIONS, language)
  const read = readArguments(args, new Set(of(CODE_VALUES, language).split(' ')), new Set())
  const codes = read.options.flatMap((one) =>
    option.test(one.name) && one.value ? [one.value] : [],
  )
  if (codes.length > 0)
    return inline(
      codes,
      read.options.map((one) => one.name),
      language,
    )
  const only = args.map((arg) => arg.text).join(' ')
  if (/^(-V|-v|-VV|--version|--help|-h|--info)$/.test(only))
    return assess('read', `${name} shows its version`)
  const module = read.options.find((one) => one.name === '-m')?.value
  if (module && language === 'python') return pythonModule(module.text, args, inside)
  return scriptOrInput(read.operands[0]?.field, inside, name, language)
}

function scriptOrInput(
  script: Field | undefined,
  inside: Inside,
  name: string,
  language: string,
): Assessment {
  if (script && script.text !== '-') {
    const tier = script.known && !inside.scope.root ? 'change' : 'destroy'
    return assess(tier, `${name} runs a file whose code is not shown`)
  }
  if (inside.stdin.kind === 'text') return scanCode(inside.stdin.text, language)
  return assess('destroy', `${name} runs code that is not shown`)
}

function of<T>(record: Readonly<Record<string, T>>, language: string): T {
  return entry(record, language) ?? record['other']!
}

const SAME_LANGUAGE: Record<string, string> = {
  pypy: 'python',
  ipython: 'python',
  nodejs: 'node',
  deno: 'node',
  bun: 'node',
  luajit: 'lua',
}
const CODE_VALUES: Record<string, string> = {
  python: '-c -m -W -X',
  perl: '-e -E -eval --eval --expr',
  node: '-e -E -r -p -c --eval --print --require',
  other: '-e -E -r -B -R -I -M -c -x -eval --eval --expr --command',
}

function inline(
  codes: readonly { readonly text: string; readonly known: boolean }[],
  options: readonly string[],
  language: string,
): Assessment {
  const found = codes.map((code) =>
    code.known
      ? scanCode(code.text, language)
      : worst([
          scanCode(code.text, language),
          assess('destroy', `a part of the ${language} code is not shown`),
        ]),
  )
  if (language === 'perl' && options.some((one) => one === '-i'))
    found.push(assess('change', 'perl -i rewrites files'))
  if (/^(perl|ruby)$/.test(language) && options.some((one) => one === '-i' || /^-\w*i/.test(one)))
    found.push(assess('change', `${language} -i rewrites files`))
  return worst(found)
}

function pythonModule(
  module: string,
  args: readonly { readonly text: string; readonly known: boolean; readonly glob: boolean }[],
  inside: Parameters<CommandRule>[1],
): Assessment {
  const at = args.findIndex((arg) => arg.text === module)
  if (/^(pip|ansible|pipx)$/.test(module)) return inside.command(args.slice(at))
  if (
    module === 'json.tool' &&
    args.slice(at + 1).filter((arg) => !arg.text.startsWith('-')).length > 1
  )
    return assess('change', 'json.tool writes a file')
  return SAFE_MODULES.test(module) && module !== 'timeit'
    ? assess('read', `python -m ${module} only prints`)
    : assess('change', `python -m ${module.slice(0, 40)} runs a module`)
}
