/** As OpenSSH's `match_pattern`: `*` and `?`, nothing else. */
export function matchesPattern(text: string, pattern: string): boolean {
  if (!/[*?]/.test(pattern)) return text === pattern
  const parts = pattern.split(/([*?])/).map((part) => {
    if (part === '*') return '.*'
    return part === '?' ? '.' : RegExp.escape(part)
  })
  return new RegExp(`^${parts.join('').replaceAll(/(\.\*)+/g, '.*')}$`, 's').test(text)
}

/** As `match_pattern_list`: one pattern has to fit, and none with a `!` may. */
export function matchesList(text: string, patterns: readonly string[]): boolean {
  const isRefused = patterns.some(
    (pattern) => pattern.startsWith('!') && matchesPattern(text, pattern.slice(1)),
  )
  return (
    !isRefused &&
    patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(text, pattern))
  )
}

/** For names of hosts, which have no case. */
export function matchesHost(host: string, list: string): boolean {
  return matchesList(host.toLowerCase(), list.toLowerCase().split(','))
}
