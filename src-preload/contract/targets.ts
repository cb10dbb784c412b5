import { z } from 'zod'
import { CredentialId } from './primitives'

/** What a connection leads to. `local` and `ssh` run programs, the databases statements, `http` requests. */
export const ConnectionKind = z.enum(['local', 'ssh', 'postgres', 'mysql', 'sqlite', 'http'])
export type ConnectionKind = z.infer<typeof ConnectionKind>

/** How a line is encrypted. Without authorities of its own it trusts those that this machine trusts. */
export const Tls = z.strictObject({
  /** `verify`: authority and name. `verify_ca`: the certificate may be for another name. `off`: in the clear. */
  mode: z.enum(['verify', 'verify_ca', 'off']).default('verify'),
  ca: z
    .string()
    .trim()
    .max(200_000)
    .regex(/^-----BEGIN CERTIFICATE-----/, 'PEM text: -----BEGIN CERTIFICATE-----')
    .nullable()
    .default(null),
  /** A credential that holds certificate and private key, both as PEM. */
  clientCertificateId: CredentialId.nullable().default(null),
})
export type Tls = z.infer<typeof Tls>

const NO_TLS_WISH = { mode: 'verify', ca: null, clientCertificateId: null } as const
const DatabaseName = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .regex(/^[^\0/\\]+$/, 'the name of a database')

/** `Authorization`, `X-API-Key`: a header's name as RFC 9110 has it. */
export const HeaderName = z
  .string()
  .trim()
  .max(100)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'the name of a header')

/** A host with its port where it is not the usual one, as in an address. */
const HostAndPort = z
  .string()
  .trim()
  .toLowerCase()
  .max(260)
  .regex(/^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/, 'a host, with its port if it has one')

/** What only this kind of target has, besides address, account and credential. */
export const Specifics = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('local'),
    /** Variables of Quarterdeck's own environment that programs get too; PATH, HOME and the locale they always get. */
    environment: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'the name of a variable'))
      .max(50)
      .default([]),
  }),
  z.strictObject({
    kind: z.literal('postgres'),
    database: DatabaseName,
    tls: Tls.default(NO_TLS_WISH),
  }),
  z.strictObject({
    kind: z.literal('mysql'),
    database: DatabaseName,
    tls: Tls.default(NO_TLS_WISH),
  }),
  z.strictObject({
    kind: z.literal('sqlite'),
    file: z
      .string()
      .trim()
      .min(1)
      .max(1000)
      .regex(/^(\/|[A-Za-z]:[\\/])[^\0]*$/, 'the full path of a file'),
  }),
  z.strictObject({
    kind: z.literal('http'),
    /** Requests go below it: `https://grafana.prod/api`. */
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .max(1000)
      .refine((url) => !/[?#]|\/\/[^/]*@/.test(url), 'an address without user, query or fragment'),
    auth: z.enum(['none', 'bearer', 'basic', 'api_key']).default('none'),
    header: HeaderName.default('X-API-Key'), // with `api_key`
    /** Other hosts that a full address in a step may name. The credential is never sent to them. */
    allowedHosts: z.array(HostAndPort).max(20).default([]),
    tls: Tls.default(NO_TLS_WISH),
  }),
])
export type Specifics = z.infer<typeof Specifics>
