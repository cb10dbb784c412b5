import { type Connection, ConnectionDraft } from '#contract/connections'

/** What the form holds: text as it was typed, until it is kept. */
export interface FormDraft extends Omit<ConnectionDraft, 'host' | 'port' | 'username'> {
  host: string
  port: string
  username: string
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
}

export function toForm({ name, kind, host, port, username, ...rest }: Connection): FormDraft {
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
  return { ...form, port: Number(form.port), credentialId }
}

function localInput({ name, tags }: FormDraft): unknown {
  return { name, tags, kind: 'local' }
}

function sshProblems({ host, port, username, auth, credentialId, name }: FormDraft): Problems {
  const problems: Problems = {}
  if (host.trim() === '') problems.host = 'A host name or an IP address is needed.'
  if (!/^\d{1,5}$/.test(port.trim())) problems.port = WORDS.port
  if (username.trim() === '') problems.username = 'The user to sign in as is needed.'
  if (auth !== 'agent' && credentialId === null)
    problems.credentialId = `Choose the ${auth === 'key' ? 'private key' : 'password'} it signs in with, or add one.`
  if (name.trim().toLowerCase() === 'local')
    problems.name = '“local” always means this machine. Choose another name.'
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
  tags: 'At most 50 tags, each up to 120 characters.',
}

/** Whether keeping it forgets the accepted host key: another address may be another machine. */
export function forgetsKey(before: Connection | null, { kind, host, port }: FormDraft): boolean {
  if (before === null || before.hostKey === null) return false
  return before.kind !== kind || before.host !== host.trim() || String(before.port) !== port.trim()
}
