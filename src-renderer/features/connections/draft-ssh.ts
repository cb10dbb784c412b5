import type { Connection } from '#contract/connections'
import { type JumpHost, SshSettings } from '#contract/ssh'

/** A jump host as it was typed. `key` tells it from the others while it is edited. */
export interface JumpForm extends Omit<JumpHost, 'port'> {
  key: number
  port: string
}
/** What only SSH connections have, as it was typed. */
export interface SshForm extends Omit<SshSettings, 'jumpHosts'> {
  jumpHosts: readonly JumpForm[]
}

export const NO_SSH: SshForm = {
  isAlias: false,
  jumpHosts: [],
  forwardAgent: false,
  sudoCredentialId: null,
}

export function newJump(others: readonly JumpForm[]): JumpForm {
  const key = Math.max(0, ...others.map((one) => one.key)) + 1
  return { key, host: '', port: '22', username: '', auth: 'agent', credentialId: null }
}

export function toSshForm({ ssh }: Connection): SshForm {
  if (!ssh) return NO_SSH
  const jumpHosts = ssh.jumpHosts.map((jump, key) => ({ ...jump, key, port: String(jump.port) }))
  return { ...ssh, jumpHosts }
}

/** As the contract wants it; undefined where there is nothing of it. */
export function toSshInput(form: SshForm): unknown {
  const jumpHosts = form.isAlias
    ? []
    : form.jumpHosts.map(({ key: _key, ...jump }) => ({ ...jump, port: Number(jump.port) }))
  const isPlain = jumpHosts.length === 0 && !form.isAlias && !form.forwardAgent
  return isPlain && form.sudoCredentialId === null ? undefined : { ...form, jumpHosts }
}

/** What is wrong with the jump hosts, in words; undefined when nothing is. */
export function sshProblem(form: SshForm): string | undefined {
  if (form.isAlias) return undefined
  for (const [at, jump] of form.jumpHosts.entries()) {
    const lack = lackOf(jump)
    if (lack !== undefined) return `Jump host ${at + 1} needs ${lack}.`
  }
  return SshSettings.safeParse(toSshInput(form) ?? NO_SSH).success
    ? undefined
    : 'A jump host has a host name or IP address, a port from 1 to 65535, and a plain user name.'
}

function lackOf({ host, port, username, auth, credentialId }: JumpForm): string | undefined {
  if (host.trim() === '') return 'a host name or an IP address'
  if (!/^\d{1,5}$/.test(port.trim())) return 'a port; SSH is 22'
  if (username.trim() === '') return 'a user to sign in as'
  if (auth === 'agent' || credentialId !== null) return undefined
  return `a ${auth === 'key' ? 'private key' : 'password'} to sign in with`
}
