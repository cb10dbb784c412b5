import type { ActionTarget, ProgramAction } from '#contract/actions'

/** Only programs are told a password for sudo. */
type Lending = Pick<ProgramAction, 'target' | 'sudo'>

/** The jump hosts a step goes over, in their order; empty when it goes directly. */
export function overWords({ ssh }: ActionTarget): string {
  const jumps = ssh?.jumpHosts ?? []
  if (jumps.length === 0) return ''
  const hosts = jumps.map(({ username, host, port }) => `${username}@${host}:${port}`)
  return `, over ${hosts.join(', then ')}`
}

/** What else the host is lent, in words; empty when nothing is. */
export function lentWords(action: Lending): string {
  const sudo =
    action.sudo && `; sudo is told the password ${action.sudo.credentialName} when it asks`
  const agent = action.target.ssh?.forwardAgent === true && '; the SSH agent is lent to the host'
  return [sudo, agent].filter(Boolean).join('')
}
