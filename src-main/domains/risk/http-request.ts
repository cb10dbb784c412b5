import { assess, brief, worst, type Assessment } from './assessment'

const LONGEST = 60_000
const LOOPBACK =
  /^(?:[a-z][\w+.-]*:\/\/)?(?:[^/@\s]*@)?(?:localhost|127(?:\.\d+){1,3}|\[::1\]|::1|0\.0\.0\.0)(?::[\d$]|[/?#]|$)/i
const TAKES_AWAY =
  /delet|destroy|purge|drop|truncat|flush|wipe|erase|remov|terminat|uninstall|shutdown|_forcemerge|factory|reset_all/i
const SEARCHES =
  /\/(_search|_msearch|_count|_mget|_analyze|_validate|_explain|_field_caps|_render|_rank_eval|_termvectors|query|query_range|search|api\/v1\/(query|query_range|series|labels))(\/|\?|$|")/i
/** What a request does: asking is `reach_out` (`read` on this machine), deleting is `destroy`, the rest a change. */
export function assessRequest(method: string, url: string, body: string): Assessment {
  const verb = method.toUpperCase()
  const path = url.replace(/^[a-z]+:\/\/[^/]*/i, '')
  if (/^(DELETE|PURGE)$/.test(verb)) return assess('destroy', `${verb} deletes ${brief(url, 50)}`)
  if (/^(GET|HEAD|OPTIONS|TRACE|PROPFIND|REPORT|SEARCH|QUERY)$/.test(verb))
    return ACTS_BY_ADDRESS.test(path)
      ? assess('change', `${verb} of an address that does something`)
      : asking(url)
  if (TAKES_AWAY.test(path) || BODY_TAKES_AWAY.test(body))
    return assess('destroy', `${verb} asks to delete`)
  if (verb === 'POST' && SEARCHES.test(url)) return asking(url)
  return assess('change', `${verb} changes ${brief(url, 50)}`)
}

function asking(url: string): Assessment {
  if (LOOPBACK.test(url)) return assess('read', 'asks this machine')
  return assess('reach_out', `asks ${brief(url, 50) || 'another machine'}`)
}

const BODY_TAKES_AWAY =
  /"?(delete|remove_index|drop|truncate|destroy|flush)[\w"]{0,40}\s{0,9}[:(]|\b(drop|truncate)\s+(table|database|schema)\b|\bdelete\s+from\b|\bmutation\b[^{]{0,200}\{\s*\w*delete/i
const ACTS_BY_ADDRESS =
  /\/(do)?(delete|destroy|shutdown|purge|flush|truncate|drop|restart|reset|quit)(\?|\/?$)/i

/** An `http` step of a runbook: `METHOD url`, then headers and body as in a request file. */
export function classifyHttp(code: string): Assessment {
  if (code.length > LONGEST) return assess('destroy', 'the request is too long to be read')
  const requests = code.split(/^###.*$/m).filter((request) => request.trim() !== '')
  return requests.length > 0
    ? worst(requests.map(oneRequest))
    : assess('destroy', 'there is no request')
}

function oneRequest(request: string): Assessment {
  const [head = '', ...rest] = request.trim().split(/\r?\n[ \t]*\r?\n/)
  const [first = '', ...headers] = head.split('\n').filter((line) => !/^\s*(#|\/\/)/.test(line))
  const [, method = 'GET', url = ''] = /^\s*(?:([A-Za-z]+)\s+)?(\S*)/.exec(first) ?? []
  if (!/[/:.{]/.test(url)) return assess('destroy', 'the request has no address')
  if (headers.some((line) => /^\s*x-http-method(-override)?\s*:\s*(?!get|head)/i.test(line)))
    return assess('destroy', 'a header replaces the method')
  // Without an empty line the body may begin anywhere.
  return assessRequest(method, url, [...headers, ...rest].join('\n'))
}
