/** The two lists of this screen. */
export type Part = 'connections' | 'credentials'

/** `/connections/new`: the form for a new connection. */
export const NEW = 'new'
/** `/connections/ssh-config`: the hosts of `~/.ssh/config`, to bring in. */
export const IMPORT = 'ssh-config'
/** `/connections/credentials`: the list of credentials, nothing chosen. */
export const SECRETS = 'credentials'

/** Which list an address belongs to; ids of credentials begin with `crd_`. */
export function partOf(id: string | null): Part {
  return id === SECRETS || id?.startsWith('crd_') ? 'credentials' : 'connections'
}
