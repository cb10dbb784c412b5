import { assess, brief, worst, type Assessment } from './assessment'
import { readArguments } from './command-arguments'
import { field, type CommandRule, type Field } from './shell-scope'
import { isNowhere } from './shell-redirects'
import { assessRequest } from './http-request'

const EMPTY: ReadonlySet<string> = new Set()

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
  const read = readArguments(args, CURL_VALUES, EMPTY)
  const request: Request = {
    has: (name) => read.options.some((option) => name.test(option.name)),
    values: (name) =>
      read.options
        .filter((option) => name.test(option.name))
        .flatMap((option) => option.value ?? []),
  }
  if (request.has(/^(--version|-V|--manual|-M|--help|-h)$/) && read.operands.length === 0)
    return assess('read', 'curl shows its help')
  const bodies = request.values(/^(-d|--json|--data(-\w+)?)$/)
  const method =
    request.values(/^(-X|--request)$/).at(-1) ?? field(guessedMethod(request, bodies.length > 0))
  const urls = [
    ...read.operands.map((operand) => operand.field),
    ...request.values(/^--(expand-)?url$/),
  ]
  const found = (urls.length > 0 ? urls : [field('')]).map((url) =>
    plainUrl(url.text, method.known ? method.text : 'unknown', bodies),
  )
  if (request.has(/^(-T|--upload-file|-F|--form(-string)?)$/))
    found.push(assess('change', 'curl sends a file'))
  if (request.has(/^(-K|--config|-Q|--quote)$/))
    found.push(assess('change', 'what curl does is in a file that is not shown'))
  if (request.has(/^--(engine|libcurl)$/)) found.push(assess('change', 'curl loads or writes code'))
  return worst([...found, ...files(request)])
}

interface Request {
  readonly has: (name: RegExp) => boolean
  readonly values: (name: RegExp) => Field[]
}

function guessedMethod({ has }: Request, body: boolean): string {
  if (has(/^(-T|--upload-file)$/)) return 'PUT'
  const posts = body || has(/^(-F|--form(-string)?)$/)
  return posts && !has(/^(-G|--get)$/) ? 'POST' : 'GET'
}

function plainUrl(url: string, method: string, bodies: readonly Field[]): Assessment {
  if (/^(telnet|gopher|dict|smtp|smtps|imap|ldap|mqtt|scp|sftp|smb):/i.test(url))
    return assess('change', `curl speaks ${url.slice(0, 6)} to another machine`)
  if (/^file:/i.test(url)) return assess('read', 'curl prints a file')
  return assessRequest(method, url, bodies.map((body) => body.text).join('\n'))
}

const CURL_WRITES =
  /^(-o|--output|-c|--cookie-jar|-D|--dump-header|--trace(-ascii)?|--etag-save|--hsts|--stderr|--libcurl)$/

function files({ has, values }: Request): Assessment[] {
  const written = values(CURL_WRITES).filter((file) => !isNowhere(file) && file.text !== '-')
  const found = written.map((file) => assess('change', `curl writes ${brief(file.text)}`))
  const saves = has(/^(-O|--remote-name(-all)?|-J|--remote-header-name|--output-dir)$/)
  return saves ? [...found, assess('change', 'curl saves a file')] : found
}

/** `wget` saves what it gets unless told to print it. */
export const wget: CommandRule = (args) => {
  const { options, operands } = readArguments(args, WGET_VALUES, EMPTY)
  const value = (name: RegExp): Field | null | undefined =>
    options.findLast((option) => name.test(option.name))?.value
  const has = (name: RegExp): boolean => options.some((option) => name.test(option.name))
  if (has(/^(--version|-V|--help|-h)$/) && operands.length === 0)
    return assess('read', 'wget shows its help')
  if (has(/^(--use-askpass|-e|--execute|--config)$/))
    return assess('destroy', 'an option of wget can start a program')
  const method = value(/^--method$/)?.text ?? (has(/^--(post|body)-(data|file)$/) ? 'POST' : 'GET')
  const written = [
    has(/^--spider$/) ? field('-') : (value(/^(-O|--output-document)$/) ?? field('files')),
    value(/^(-[oa]|--(output|append-output)-?(file)?)$/),
  ]
  return worst([
    ...operands.map((operand) =>
      assessRequest(method, operand.field.text, textOf(value(/^--(post|body)-data$/))),
    ),
    ...written.flatMap((file) =>
      file && file.text !== '-' && !isNowhere(file)
        ? [assess('change', `wget writes ${brief(file.text)}`)]
        : [],
    ),
  ])
}

const WGET_VALUES = new Set(
  '-O -o -a -P -U -t -T -w -i -e -Q -l -A -R -D -B --output-document --output-file --append-output --header --user --password --timeout --tries --method --body-data --body-file --post-data --post-file --user-agent --directory-prefix --execute --input-file --config'.split(
    ' ',
  ),
)

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

function textOf(value: Field | null | undefined): string {
  return value?.text ?? ''
}
