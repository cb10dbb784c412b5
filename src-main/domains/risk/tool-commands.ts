import { assess, brief, reaches, worst, type Assessment } from './assessment'
import { readArguments } from './command-arguments'
import { judge, type Tool } from './command-table'
import type { CommandRule, Field } from './shell-scope'

/** Settings of git that only concern looks or the own name. */
const PLAIN_SETTING =
  /^(color\.|advice\.|user\.|log\.|core\.(quotepath|autocrlf|abbrev|bare|ignorecase|precomposeunicode|longpaths|filemode)|safe\.directory|http\.(sslverify|lowspeed\w+|extraheader|version)|i18n\.|diff\.(renames\w*|algorithm|noprefix|mnemonicprefix|color\w*)|status\.|init\.defaultbranch|pull\.|push\.default|commit\.gpgsign|tag\.gpgsign|gc\.auto|protocol\.version|index\.|fetch\.|blame\.|column\.|submodule\.recurse|core\.(pager|editor)=(cat|less|true|:)?$|pager\.\w+=(false|true|cat)?$)/i

/** `git`: settings given with `-c` can name programs; the rest is in the table. */
export function gitCommand(tools: ReadonlyMap<string, Tool>): CommandRule {
  return (args, inside) => {
    const verb = args.findIndex(
      (arg, at) => !arg.text.startsWith('-') && !GIT_VALUES.test(args[at - 1]?.text ?? ''),
    )
    const found = args
      .slice(0, Math.max(verb, 0))
      .flatMap((arg, at) => gitSetting(arg.text, args[at - 1]?.text))
    if (args.some((arg) => arg.text.startsWith('ext::')))
      found.push(assess('destroy', 'ext:: of git starts a program'))
    if (args[verb]?.text === 'checkout' && namesFiles(args.slice(verb + 1)))
      found.push(assess('destroy', 'git checkout overwrites files that are not committed'))
    return worst([judge('git', tools.get('git-table')!, args, inside), ...found])
  }
}

const GIT_VALUES = /^(-c|-C|--git-dir|--work-tree|--namespace|--exec-path|--config-env)$/

function gitSetting(text: string, before: string | undefined): Assessment[] {
  const names = /^(-p|--paginate|--exec-path=.+|--config-env.*)$/.test(text)
  const sets = before === '-c' && !PLAIN_SETTING.test(text)
  return names || sets ? [assess('destroy', `git ${brief(text)} can start any program`)] : []
}

/** `git checkout -- file`, `git checkout ./file`: a path and no branch. */
function namesFiles(args: readonly Field[]): boolean {
  const mark = args.findIndex((arg) => arg.text === '--')
  if (mark >= 0 && mark < args.length - 1) return true
  return args.some((arg) => /^(\/|\.{1,2}(\/|$)|:\(|:\/)|[*?]/.test(arg.text))
}

const ANSIBLE_READS =
  /^(ansible\.builtin\.)?(ping|win_ping|setup|gather_facts|debug|stat|win_stat|find|slurp|fail|assert|getent|service_facts|package_facts|mount_facts|async_status|wait_for|wait_for_connection|uri_)$/
const ANSIBLE_SHELLS =
  /^(ansible\.(builtin|windows)\.)?(shell|command|raw|win_shell|win_command|expect)$/

/** `ansible -m shell -a '…'`: the module decides, and a shell module by its command. */
export const ansible: CommandRule = (args, inside) => {
  const { options, operands } = readArguments(args, ANSIBLE_VALUES, new Set())
  const value = (name: RegExp, otherwise: string): string =>
    options.findLast((option) => name.test(option.name))?.value?.text ?? otherwise
  const has = (name: RegExp): boolean => options.some((option) => name.test(option.name))
  if (has(/^--(list-hosts|version|syntax-check)$/) || operands.length === 0)
    return assess('read', 'ansible only lists')
  const module = value(/^(-m|--module-name)$/, 'command')
  const given = value(/^(-a|--args)$/, '')
  if (ANSIBLE_SHELLS.test(module))
    return worst([
      assess('reach_out', 'runs on other machines'),
      inside.script(given, { root: has(/^(-b|--become|-K)$/) }),
    ])
  if (ANSIBLE_READS.test(module) || has(/^(-C|--check)$/))
    return assess('reach_out', `ansible ${brief(module)} asks other machines`)
  const removes = /state=absent|(^| )(ansible\.builtin\.)?script$/.test(`${given} ${module}`)
  return assess(
    removes ? 'destroy' : 'change',
    `ansible module ${brief(module)} changes other machines`,
  )
}

const ANSIBLE_VALUES = new Set(
  '-m -a -i -u -f -l -e -t -T -c -M -B -P --module-name --args --inventory --user --forks --limit --extra-vars --private-key --key-file --become-user --become-method --vault-password-file --connection --timeout'.split(
    ' ',
  ),
)

const SALT_READS =
  /^(test\.\w+|grains\.(items?|ls|get)|pillar\.(items?|get|ls)|status\.\w+|disk\.(usage|inodeusage|percent)|network\.(interfaces|ip_addrs\w*|ping|netstat|arp|traceroute|dig)|pkg\.(list_\w+|version|latest_version|info_\w+)|service\.(status|get_\w+|available|enabled)|sys\.\w+|ps\.(top|proc_info|virtual_\w+)|cp\.list_\w+|state\.show_\w+|file\.(file_exists|directory_exists|stats|find|read)|user\.(list_\w+|info)|mount\.active|saltutil\.running|jobs\.list_\w+)$/

/** `salt target function`: `cmd.run` by its command. */
export const salt: CommandRule = (args, inside, name) => {
  const { options, operands } = readArguments(
    args,
    new Set('-t -c -b -l --timeout --config-dir --batch-size --log-level --out --user'.split(' ')),
    new Set(),
  )
  const texts = operands.map((operand) => operand.field.text)
  const at = name === 'salt-call' ? 0 : 1
  const fun = texts[at] ?? ''
  if (options.some((option) => /^--(versions?|versions-report|help)$/.test(option.name)))
    return assess('read', `${name} shows its version`)
  if (/^cmd\.(run\w*|shell|retcode)$/.test(fun))
    return worst([
      assess('reach_out', 'runs on other machines'),
      inside.script(
        texts
          .slice(at + 1)
          .filter((text) => !/^\w+=/.test(text))
          .join(' '),
        { root: true },
      ),
    ])
  if (
    SALT_READS.test(fun) ||
    (fun.startsWith('state.') && texts.some((text) => /^test=true$/i.test(text)))
  )
    return assess('reach_out', `${brief(fun)} asks other machines`)
  return assess(
    /remove|delete|purge|absent|wipe|format/.test(fun) ? 'destroy' : 'change',
    `${brief(fun || name)} changes other machines`,
  )
}

/** `npx`: runs a package from the internet. */
export const packageRun: CommandRule = (args, inside, name) => {
  const at = args.findIndex((arg) => !arg.text.startsWith('-'))
  if (at < 0 || args.some((arg, index) => index < at && /^(-c|--call)$/.test(arg.text))) {
    const script = args[args.findIndex((arg) => /^(-c|--call)$/.test(arg.text)) + 1]
    return script && at >= 0 ? inside.script(script.text) : assess('read', `${name} shows its help`)
  }
  const inner = inside.command(args.slice(at))
  return reaches(inner.tier, 'destroy') ? inner : assess('change', `${name} runs a package`)
}
