import { assess, entry, worst, type Assessment } from './assessment'
import { readArguments } from './command-table'
import type { CommandRule } from './shell-scope'

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
    /^(perl|ruby|php)/.test(language) &&
    /`|\bqx\b|%x|\?\{|\bopen\b[^;{]*["'\s]\s*\||\/[a-z]*e[a-z]*\s*(;|$|')/.test(code) &&
    !/^(s|y|tr)\/([^/\\]|\\.)*\/([^/\\]|\\.)*\/[gimsx]*;?$/.test(code.trim())
  )
    return assess('destroy', `${language} code starts a program`)
  const bare = withoutTexts(code, language)
  const far = REACHES_FAR.exec(bare)
  if (
    far &&
    !(far[0] === 'load' && /json\s*\.\s*load\b/.test(bare)) &&
    !/^(loads|inspect)$/.test(far[0])
  )
    return assess('destroy', `${language} code uses ${far[0]}`)
  const writes = WRITES.exec(bare)
  if (writes && !readsFile(code, writes[0]))
    return assess('change', `${language} code uses ${writes[0]}`)
  const known = new Set([...HARMLESS, ...ownNames(bare)])
  const strange = (bare.match(/[A-Za-z_]\w*/g) ?? []).find((name) => !known.has(name))
  if (strange && strange !== writes?.[0])
    return assess('change', `${language} code uses ${strange.slice(0, 40)}`)
  return assess('read', `${language} code only computes and prints`)
}

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
  const language = name
    .replace(/[\d.]+$/, '')
    .replace(/^(pypy|ipython|bpython)$/, 'python')
    .replace(/^(nodejs|deno|bun)$/, 'node')
    .replace(/^(luajit)$/, 'lua')
  const option = entry(CODE_OPTIONS, language) ?? CODE_OPTIONS['other']!
  const letters =
    language === 'python'
      ? '-c -m -W -X'
      : '-e -E -r -B -R -I -M -p -c -x -eval --eval --print --expr --command'
  const values = new Set(
    letters
      .split(' ')
      .filter(
        (one) =>
          !(one === '-p' && language !== 'node') &&
          !(language === 'perl' && '-r -c -x -B -R -I -M'.includes(one)),
      ),
  )
  const read = readArguments(args, values, new Set())
  const codes = read.options.filter((one) => option.test(one.name) && one.value)
  if (codes.length > 0)
    return inline(
      codes.map((one) => one.value!),
      read.options.map((one) => one.name),
      language,
    )
  if (
    args.length > 0 &&
    args.every((arg) => /^(-V|-v|--version|-VV|--help|-h|--info)$/.test(arg.text))
  )
    return assess('read', `${name} shows its version`)
  const module = read.options.find((one) => one.name === '-m' && language === 'python')?.value
  if (module) return pythonModule(module.text, args, inside)
  const script = read.operands[0]?.field
  if (script && script.text !== '-') return scriptFile(script.known, inside.scope.root, name)
  if (inside.stdin.kind === 'text') return scanCode(inside.stdin.text, language)
  return assess('destroy', `${name} runs code that is not shown`)
}

function scriptFile(known: boolean, root: boolean, name: string): Assessment {
  return assess(
    known && !root ? 'change' : 'destroy',
    `${name} runs a file whose code is not shown`,
  )
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
