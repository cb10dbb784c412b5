import { type Connection, ConnectionDraft } from '#contract/connections'
import { NO_SSH, type SshForm, sshProblem, toSshForm, toSshInput } from './draft-ssh'

/** What the form holds: text as it was typed, until it is kept. */
export interface FormDraft extends Omit<ConnectionDraft, 'host' | 'port' | 'username' | 'ssh'> {
  host: string
  port: string
  username: string
  ssh: SshForm
}

export const NO_DRAFT: FormDraft = {
  name: '',
  kind: 'ssh',
  host: '',
  port: '22',
  username: '',
  auth: 'agent',
  credentialId: null,
  tags: [],
  ssh: NO_SSH,
}

export function toForm(connection: Connection): FormDraft {
  const { name, kind, host, port, username, ...rest } = connection
  const { auth, credentialId, tags } = rest
  return {
    name,
    kind,
    host: host ?? '',
    port: String(port),
    username: username ?? '',
    auth,
    credentialId,
    tags,
    ssh: toSshForm(connection),
  }
}

export type Problems = Partial<Record<keyof FormDraft, string>>

/** What each part of the form is given. */
export interface PartProps {
  form: FormDraft
  problems: Problems
  onChange: (part: Partial<FormDraft>) => void
}

/** The draft as the contract wants it, or what is wrong with each field, in words. */
export function checkDraft(
  form: FormDraft,
): { draft: ConnectionDraft; problems?: never } | { draft?: never; problems: Problems } {
  const checked = ConnectionDraft.safeParse(form.kind === 'ssh' ? sshInput(form) : localInput(form))
  const problems: Problems = {}
  for (const { path } of checked.error?.issues ?? []) {
    const field = path[0] as keyof FormDraft
    problems[field] ??= WORDS[field]
  }
  if (form.kind === 'ssh') Object.assign(problems, sshProblems(form))
  if (form.name.trim() === '') problems.name = 'It needs a name: runbooks call it by that.'
  if (!checked.success || Object.keys(problems).length > 0) return { problems }
  return { draft: checked.data }
}

function sshInput(form: FormDraft): unknown {
  const credentialId = form.auth === 'agent' ? null : form.credentialId
  const port = form.ssh.isAlias ? 22 : Number(form.port)
  const username = form.username.trim() === '' ? null : form.username
  return { ...form, username, port, credentialId, ssh: toSshInput(form.ssh) }
}

function localInput({ name, tags }: FormDraft): unknown {
  return { name, tags, kind: 'local' }
}

function sshProblems({ host, auth, credentialId, name, ssh, ...rest }: FormDraft): Problems {
  const problems: Problems = ssh.isAlias ? {} : addressProblems(rest)
  if (host.trim() === '') problems.host = 'A host name or an IP address is needed.'
  if (auth !== 'agent' && credentialId === null)
    problems.credentialId = `Choose the ${auth === 'key' ? 'private key' : 'password'} it signs in with, or add one.`
  if (name.trim().toLowerCase() === 'local')
    problems.name = '“local” always means this machine. Choose another name.'
  const way = sshProblem(ssh)
  if (way !== undefined) problems.ssh = way
  return problems
}

/** What a name of `~/.ssh/config` says by itself. */
function addressProblems({ port, username }: Pick<FormDraft, 'port' | 'username'>): Problems {
  const problems: Problems = {}
  if (!/^\d{1,5}$/.test(port.trim())) problems.port = WORDS.port
  if (username.trim() === '') problems.username = 'The user to sign in as is needed.'
  return problems
}

const WORDS: Readonly<Record<keyof FormDraft, string>> = {
  name: 'Up to 80 letters, digits, spaces and . _ @ -, a letter or digit first.',
  kind: 'SSH or this machine.',
  host: 'Only the host name or IP address: no user, no port, no “ssh://”.',
  port: 'A number from 1 to 65535; SSH is 22.',
  username: 'Letters, digits and . _ @ - only.',
  auth: 'Choose how it signs in.',
  credentialId: 'Choose a credential.',
  ssh: 'See what is said about the jump hosts.',
  tags: 'At most 50 tags, each up to 120 characters.',
}

/** Whether keeping it forgets the accepted host key: another address may be another machine. */
export function forgetsKey(before: Connection | null, { kind, host, port }: FormDraft): boolean {
  if (before === null || before.hostKey === null) return false
  return before.kind !== kind || before.host !== host.trim() || String(before.port) !== port.trim()
}
