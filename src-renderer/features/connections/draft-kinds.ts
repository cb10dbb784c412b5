import type { ConnectionDraft } from '#contract/connections'
import type { CredentialId } from '#contract/primitives'
import type { Specifics, Tls } from '#contract/targets'

type Kind = ConnectionDraft['kind']
type WebAuth = Extract<Specifics, { kind: 'http' }>['auth']

/** What the form holds for kinds other than SSH: text as it was typed, until it is kept. */
export interface SpecificsForm {
  database: string
  tlsMode: Tls['mode']
  ca: string
  clientCertificateId: CredentialId | null
  file: string
  baseUrl: string
  webAuth: WebAuth
  header: string
  allowedHosts: string[]
  environment: string[]
}

export const NO_SPECIFICS: SpecificsForm = {
  database: '',
  tlsMode: 'verify',
  ca: '',
  clientCertificateId: null,
  file: '',
  baseUrl: '',
  webAuth: 'bearer',
  header: 'X-API-Key',
  allowedHosts: [],
  environment: [],
}

export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  ssh: 'SSH',
  local: 'this machine',
  postgres: 'PostgreSQL',
  mysql: 'MySQL or MariaDB',
  sqlite: 'SQLite',
  http: 'web service',
}

const PORTS: Partial<Record<Kind, string>> = { ssh: '22', postgres: '5432', mysql: '3306' }

/** The usual port of a kind, unless another one was typed. */
export function portFor(kind: Kind, typed: string): string {
  const isUsual = typed.trim() === '' || Object.values(PORTS).includes(typed.trim())
  return isUsual ? (PORTS[kind] ?? '22') : typed
}

export function isServer(kind: Kind): boolean {
  return kind === 'postgres' || kind === 'mysql'
}

export function toSpecificsForm(specifics: Specifics | undefined): SpecificsForm {
  if (!specifics) return NO_SPECIFICS
  const tls =
    'tls' in specifics
      ? {
          tlsMode: specifics.tls.mode,
          ca: specifics.tls.ca ?? '',
          clientCertificateId: specifics.tls.clientCertificateId,
        }
      : {}
  const known = { ...NO_SPECIFICS, ...tls }
  if (specifics.kind === 'local') return { ...known, environment: specifics.environment }
  if (specifics.kind === 'sqlite') return { ...known, file: specifics.file }
  if (specifics.kind !== 'http') return { ...known, database: specifics.database }
  const { baseUrl, auth, header, allowedHosts } = specifics
  return { ...known, baseUrl, webAuth: auth, header, allowedHosts }
}

/** As the contract wants it, for the chosen kind alone; what was typed for other kinds is left out. */
export function specificsInput(kind: Kind, form: SpecificsForm): unknown {
  const tls = {
    mode: form.tlsMode,
    ca: form.ca.trim() === '' ? null : form.ca,
    clientCertificateId: form.clientCertificateId,
  }
  if (kind === 'ssh') return undefined
  if (kind === 'local') return { kind, environment: form.environment }
  if (kind === 'sqlite') return { kind, file: form.file }
  if (kind !== 'http') return { kind, database: form.database, tls }
  const { baseUrl, webAuth: auth, allowedHosts } = form
  const header = auth === 'api_key' ? form.header : NO_SPECIFICS.header
  return { kind, baseUrl: baseUrl.trim(), auth, header, allowedHosts, tls }
}

type SpecificsProblems = Partial<Record<keyof SpecificsForm, string>>

const FIELD_OF: Readonly<Record<string, keyof SpecificsForm>> = {
  database: 'database',
  file: 'file',
  baseUrl: 'baseUrl',
  header: 'header',
  allowedHosts: 'allowedHosts',
  environment: 'environment',
  ca: 'ca',
}
const WORDS: SpecificsProblems = {
  database: 'The name of the database on that server is needed.',
  file: 'The full path of the file is needed: /var/lib/app/app.db.',
  baseUrl: 'A whole address is needed: https://grafana.prod/api. No user, no query.',
  header: 'The name of a header, such as X-API-Key.',
  allowedHosts: 'Only hosts, with their port if they have one: api.example.org:8443.',
  environment: 'Only names of variables: JAVA_HOME.',
  ca: 'It begins with -----BEGIN CERTIFICATE-----.',
}

/** The problem of the field that an issue of the contract is about. */
export function specificsProblem(
  path: readonly PropertyKey[],
): [keyof SpecificsForm, string] | undefined {
  const field = path.map((part) => FIELD_OF[String(part)]).find(Boolean)
  return field && [field, WORDS[field] ?? 'This is not as it has to be.']
}
