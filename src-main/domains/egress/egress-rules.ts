/** Names of query values that may be secrets. */
const SECRET_NAME =
  /token|secret|passw|signature|^sig$|api_?key|^key$|auth|session|credential|^code$/i
const MASK = '•••••'
const LONGEST_PATH = 1000

/** The path of an address as the ledger keeps it: values that may be secrets are masked, the rest is as it was sent. */
export function pathOf({ pathname, searchParams }: URL): string {
  const query = [...searchParams].map(
    ([name, value]) => `${name}=${SECRET_NAME.test(name) ? MASK : value}`,
  )
  const path = query.length === 0 ? pathname : `${pathname}?${query.join('&')}`
  return path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH - 1)}…` : path
}

/** Does a request to this host stay on this machine? A name that only looks like an address is none: nobody is asked. */
export function isThisMachine({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
