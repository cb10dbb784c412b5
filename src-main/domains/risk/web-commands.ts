import { assess, brief, worst, type Assessment } from './assessment'
import { readArguments } from './command-table'
import type { CommandRule, Field } from './shell-scope'
import { isNowhere } from './shell-redirects'

const LOOPBACK =
  /^(?:[a-z][\w+.-]*:\/\/)?(?:[^/@\s]*@)?(?:localhost|127(?:\.\d+){1,3}|\[::1\]|::1|0\.0\.0\.0)(?::[\d$]|[/?#]|$)/i
const TAKES_AWAY =
  /delet|destroy|purge|drop|truncat|flush|wipe|erase|remov|terminat|uninstall|shutdown|_forcemerge|factory|reset_all/i
const SEARCHES =
  /\/(_search|_msearch|_count|_mget|_analyze|_validate|_explain|_field_caps|_render|_rank_eval|_termvectors|query|query_range|search|api\/v1\/(query|query_range|series|labels))(\/|\?|$|")/i
const EMPTY: ReadonlySet<string> = new Set()

/** What a request does: asking is `reach_out` (`read` on this machine), deleting is `destroy`, the rest a change. */
export function assessRequest(method: string, url: string, body: string): Assessment {
  const verb = method.toUpperCase()
  const local = LOOPBACK.test(url)
  const asks = assess(
    local ? 'read' : 'reach_out',
    local ? 'asks this machine' : `asks ${brief(url, 50) || 'another machine'}`,
  )
  if (/^(GET|HEAD|OPTIONS|TRACE|PROPFIND|REPORT|SEARCH|QUERY)$/.test(verb))
    return TAKES_AWAY.test(lastWord(url))
      ? assess('change', `${verb} of an address that deletes`)
      : asks
  if (verb === 'DELETE' || verb === 'PURGE')
    return assess('destroy', `${verb} deletes ${brief(url, 50)}`)
  if (
    TAKES_AWAY.test(url.replace(/^[a-z]+:\/\/[^/]*/i, '')) ||
    /"?(delete|remove_index|drop|truncate|destroy|flush)[\w"]*"?\s*[:(]|\b(drop|truncate)\s+(table|database|schema)\b|\bdelete\s+from\b|mutation[^{]*\{[^}]*delete/i.test(
      body,
    )
  )
    return assess('destroy', `${verb} asks to delete`)
  if (verb === 'POST' && SEARCHES.test(url)) return asks
  return assess('change', `${verb} changes ${brief(url, 50)}`)
}

function lastWord(url: string): string {
  return /\/(do)?(delete|destroy|shutdown|purge|flush|truncate|drop|restart|reset|quit)(\?|\/?$)/i.test(
    url,
  )
    ? 'delete'
    : ''
}

const CURL_VALUES = new Set(
  `-X -d -H -o -u -A -b -c -D -e -F -T -K -m -r -s_ -x -y -Y -z -w -E -C -Q -P -t -U --request --data --data-raw --data-binary --data-urlencode --data-ascii --json --header --output --user --user-agent
  --cookie --cookie-jar --dump-header --referer --form --form-string --upload-file --config --max-time --range --proxy --write-out --cert --key --cacert --capath --continue-at --quote --connect-timeout --retry
  --retry-delay --retry-max-time --limit-rate --interface --resolve --connect-to --url --output-dir --trace --trace-ascii --stderr --unix-socket --abstract-unix-socket --tls-max --ciphers --oauth2-bearer --aws-sigv4 --max-redirs
  --url-query --proto --proxy-user --pass --key-type --cert-type --etag-save --etag-compare --hsts --libcurl --netrc-file --engine --preproxy --socks5 --socks5-hostname --noproxy --dns-servers --variable --expand-url --variable`.split(
    /\s+/,
  ),
)

/** `curl`: its method, its body and where its answer goes. */
export const curl: CommandRule = (args) => {
  const { options, operands } = readArguments(args, CURL_VALUES, EMPTY)
  const values = (...names: string[]): Field[] =>
    options.filter((option) => names.includes(option.name)).flatMap((option) => option.value ?? [])
  const has = (...names: string[]): boolean => options.some((option) => names.includes(option.name))
  if (has('--version', '-V', '--manual', '-M') || (has('--help', '-h') && operands.length === 0))
    return assess('read', 'curl shows its help')
  const bodies = values(
    '-d',
    '--data',
    '--data-raw',
    '--data-binary',
    '--data-urlencode',
    '--data-ascii',
    '--json',
  )
  const forms = has('-F', '--form', '--form-string')
  const uploads = has('-T', '--upload-file')
  const guessed = uploads
    ? 'PUT'
    : (bodies.length > 0 || forms) && !has('-G', '--get')
      ? 'POST'
      : 'GET'
  const method = values('-X', '--request').at(-1) ?? { text: guessed, known: true }
  const urls = [...operands.map((operand) => operand.field), ...values('--url', '--expand-url')]
  const requests = (urls.length > 0 ? urls : [{ text: '', known: true }]).map((url) =>
    plainUrl(url.text, method.known ? method.text : 'unknown', bodies),
  )
  const found =
    uploads || (forms && method.text === 'GET')
      ? [...requests, assess('change', 'curl sends a file')]
      : requests
  if (has('-K', '--config', '-Q', '--quote'))
    found.push(assess('change', 'what curl does is in a file that is not shown'))
  if (has('--engine', '--libcurl')) found.push(assess('change', 'curl loads or writes code'))
  return worst([...found, ...files(values, has)])
}

function plainUrl(url: string, method: string, bodies: readonly Field[]): Assessment {
  if (/^(telnet|gopher|dict|smtp|smtps|imap|ldap|mqtt|scp|sftp|smb):/i.test(url))
    return assess('change', `curl speaks ${url.slice(0, 6)} to another machine`)
  if (/^file:/i.test(url)) return assess('read', 'curl prints a file')
  return assessRequest(method, url, bodies.map((body) => body.text).join('\n'))
}

function files(
  values: (...names: string[]) => Field[],
  has: (...names: string[]) => boolean,
): Assessment[] {
  const written = values(
    '-o',
    '--output',
    '-c',
    '--cookie-jar',
    '-D',
    '--dump-header',
    '--trace',
    '--trace-ascii',
    '--etag-save',
    '--hsts',
    '--stderr',
    '--libcurl',
  )
  const found = written
    .filter((file) => !isNowhere(file) && file.text !== '-')
    .map((file) => assess('change', `curl writes ${brief(file.text)}`))
  return has(
    '-O',
    '--remote-name',
    '-J',
    '--remote-header-name',
    '--remote-name-all',
    '--output-dir',
  )
    ? [...found, assess('change', 'curl saves a file')]
    : found
}

/** `wget` saves what it gets unless told to print it. */
export const wget: CommandRule = (args) => {
  const { options, operands } = readArguments(
    args,
    new Set(
      '-O -o -a -P -U -t -T -w -i -e -Q -l -A -R -D -B --output-document --output-file --append-output --header --user --password --timeout --tries --method --body-data --body-file --post-data --post-file --user-agent --directory-prefix --execute --input-file --config'.split(
        ' ',
      ),
    ),
    EMPTY,
  )
  const value = (...names: string[]): Field | null | undefined =>
    options.findLast((option) => names.includes(option.name))?.value
  const has = (...names: string[]): boolean => options.some((option) => names.includes(option.name))
  if (has('--version', '-V') || (has('--help', '-h') && operands.length === 0))
    return assess('read', 'wget shows its help')
  if (has('--use-askpass', '-e', '--execute', '--config'))
    return assess('destroy', 'an option of wget can start a program')
  const log = value('-o', '--output-file', '-a', '--append-output')
  const posts = has('--post-data', '--post-file', '--body-data', '--body-file')
  const body = value('--post-data', '--body-data')?.text ?? ''
  const found = operands.map(({ field }) =>
    assessRequest(value('--method')?.text ?? (posts ? 'POST' : 'GET'), field.text, body),
  )
  const output = value('-O', '--output-document')
  const prints = has('--spider') || (output && (isNowhere(output) || output.text === '-'))
  if (!prints) found.push(assess('change', `wget writes ${brief(output?.text ?? 'files')}`))
  if (log && !isNowhere(log) && log.text !== '-') found.push(assess('change', 'wget writes a log'))
  return worst(found.length > 0 ? found : [assess('read', 'wget does nothing')])
}

/** HTTPie: `http [METHOD] URL [items]`; items that are data make it a POST. */
export const httpie: CommandRule = (args) => {
  const { options, operands } = readArguments(
    args,
    new Set(
      '-a -A -o -p -s --auth --auth-type --output --print --style --session --proxy --timeout --verify --cert --cert-key --pretty --raw'.split(
        ' ',
      ),
    ),
    EMPTY,
  )
  const texts = operands.map((operand) => operand.field.text)
  const method = /^[A-Za-z]+$/.test(texts[0] ?? '') && texts.length > 1 ? texts.shift()! : ''
  const [url = '', ...items] = texts
  const data =
    items.some((item) => /^[^=:@]+(:?=|@)/.test(item) && !/^[^=]+==/.test(item)) ||
    options.some((option) => option.name === '--raw')
  const found = [
    assessRequest(
      method || (data ? 'POST' : 'GET'),
      url.replace(/^:(?=\d|\/|$)/, 'localhost:'),
      items.join('\n'),
    ),
  ]
  if (options.some((option) => /^(-o|--output|-d|--download|--session)$/.test(option.name)))
    found.push(assess('change', 'the answer is saved to a file'))
  return options.some((option) => option.name === '--offline')
    ? assess('read', 'the request is only printed')
    : worst(found)
}

/** An `http` step of a runbook: `METHOD url`, then headers and body as in a request file. */
export function classifyHttp(code: string): Assessment {
  const found: Assessment[] = []
  for (const request of code.split(/^###.*$/m)) {
    const lines = request
      .split('\n')
      .filter((line, index) => !/^\s*(#|\/\/)/.test(line) || index > 40)
    const start = lines.findIndex((line) => line.trim() !== '')
    if (start < 0) continue
    const match = /^\s*(?:([A-Za-z]+)\s+)?(\S+)/.exec(lines[start]!)
    const blank = lines.findIndex((line, index) => index > start && line.trim() === '')
    const body = blank < 0 ? lines.slice(start + 1).join('\n') : lines.slice(blank + 1).join('\n')
    const method = match?.[1] ?? 'GET'
    const url = match?.[2] ?? ''
    found.push(
      /^[A-Za-z]+$/.test(url) && !match?.[1]
        ? assess('destroy', 'the request has no address')
        : assessRequest(method, url, body),
    )
    if (/^\s*x-http-method(-override)?\s*:\s*(?!get|head)/im.test(request))
      found.push(assess('destroy', 'a header replaces the method'))
  }
  return found.length > 0 ? worst(found) : assess('destroy', 'there is no request')
}
