/** The interface's own scheme: it has an origin, which `file:` has not. */
export const SCHEME = 'app'
const HOST = 'console'
export const ORIGIN = `${SCHEME}://${HOST}`

/** Is this address one of the interface? Parsed, never compared by its beginning. */
export function isOwnUrl(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined
  return (
    url?.protocol === `${SCHEME}:` &&
    url.host === HOST &&
    url.username === '' &&
    url.password === ''
  )
}
