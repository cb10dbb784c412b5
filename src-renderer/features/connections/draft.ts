import { type Connection, ConnectionDraft } from '#contract/connections'
import {
  isServer,
  NO_SPECIFICS,
  type SpecificsForm,
  specificsInput,
  specificsProblem,
  toSpecificsForm,
} from './draft-kinds'
import { NO_SSH, type SshForm, sshProblem, toSshForm, toSshInput } from './draft-ssh'

/** What the form holds: text as it was typed, until it is kept. */
export interface FormDraft extends Omit<
  ConnectionDraft,
  'host' | 'port' | 'username' | 'specifics' | 'ssh'
> {
  host: string
  port: string
  username: string
  /** Of kinds other than SSH. */
  more: SpecificsForm
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
  more: NO_SPECIFICS,
  ssh: NO_SSH,
}

export function toForm(connection: Connection): FormDraft {
  const { name, kind, host, port, username, ...rest } = connection
  const { auth, credentialId, tags, specifics } = rest
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
    more: toSpecificsForm(specifics),
  }
}

export type Problems = Partial<Record<keyof FormDraft | keyof SpecificsForm, string>>

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
  const checked = ConnectionDraft.safeParse(form.kind === 'ssh' ? sshInput(form) : otherInput(form))
  const problems: Problems = {}
  for (const { path } of checked.error?.issues ?? []) {
    const [field, words] = problemAt(path)
    problems[field] ??= words
  }
  Object.assign(problems, form.kind === 'ssh' ? sshProblems(form) : otherProblems(form))
  if (form.name.trim() === '') problems.name = 'It needs a name: runbooks call it by that.'
  if (!checked.success || Object.keys(problems).length > 0) return { problems }
  return { draft: checked.data }
}

function problemAt(path: readonly PropertyKey[]): [keyof Problems, string] {
  const field = path[0] as Exclude<keyof FormDraft, 'more'> | 'specifics'
  if (field === 'specifics') return specificsProblem(path) ?? ['kind', WORDS.kind]
  return [field, WORDS[field]]
}

function sshInput({ more: _more, ...form }: FormDraft): unknown {
  const credentialId = form.auth === 'agent' ? null : form.credentialId
  const port = form.ssh.isAlias ? 22 : Number(form.port)
  const username = form.username.trim() === '' ? null : form.username
  return { ...form, username, port, credentialId, ssh: toSshInput(form.ssh) }
}

/** Only what the kind has: what was typed for another one stays behind. */
function otherInput(form: FormDraft): unknown {
  const { name, tags, kind, host, port, username, credentialId } = form
  const specifics = specificsInput(kind, form.more)
  const named = { name, tags, kind, specifics }
  if (isServer(kind)) return { ...named, host, port: Number(port), username, credentialId }
  if (kind !== 'http') return named
  const user = form.more.webAuth === 'basic' ? { username } : {}
  return { ...named, ...user, credentialId: form.more.webAuth === 'none' ? null : credentialId }
}

function otherProblems({ kind, host, port, username, credentialId, more, name }: FormDraft) {
  const problems: Problems = isServer(kind) ? addressProblems({ host, port }) : {}
  const needsUser = isServer(kind) || (kind === 'http' && more.webAuth === 'basic')
  if (needsUser && username.trim() === '') problems.username = WORDS.account
  if (kind === 'http' && more.webAuth !== 'none' && credentialId === null)
    problems.credentialId = 'Choose the secret it is asked with, or add one.'
  if (kind !== 'local') Object.assign(problems, nameProblems(name))
  return problems
}

function addressProblems({ host, port }: Pick<FormDraft, 'host' | 'port'>): Problems {
  return {
    ...(host.trim() === '' && { host: 'A host name or an IP address is needed.' }),
    ...(!/^\d{1,5}$/.test(port.trim()) && { port: WORDS.port }),
  }
}

function nameProblems(name: string): Problems {
  if (name.trim().toLowerCase() !== 'local') return {}
  return { name: '“local” always means this machine. Choose another name.' }
}

/** What a name of `~/.ssh/config` says by itself is not asked for. */
function sshProblems({ host, port, username, auth, credentialId, name, ssh }: FormDraft): Problems {
  const address = addressProblems({ host, port: ssh.isAlias ? '22' : port })
  const problems: Problems = { ...address, ...nameProblems(name) }
  if (!ssh.isAlias && username.trim() === '')
    problems.username = 'The user to sign in as is needed.'
  if (auth !== 'agent' && credentialId === null)
    problems.credentialId = `Choose the ${auth === 'key' ? 'private key' : 'password'} it signs in with, or add one.`
  const way = sshProblem(ssh)
  if (way !== undefined) problems.ssh = way
  return problems
}

const WORDS: Readonly<Record<Exclude<keyof FormDraft, 'more'> | 'account', string>> = {
  name: 'Up to 80 letters, digits, spaces and . _ @ -, a letter or digit first.',
  kind: 'Choose what it leads to.',
  account: 'The account to sign in as is needed.',
  host: 'Only the host name or IP address: no user, no port, no “ssh://”.',
  port: 'A number from 1 to 65535; SSH is 22, PostgreSQL 5432, MySQL 3306.',
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
