import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Pair {
  readonly cert: string
  readonly key: string
  readonly certFile: string
  readonly keyFile: string
}

/** A small authority, made with openssl: servers and clients that it vouches for, and one that nobody does. */
export function makeAuthority() {
  const folder = mkdtempSync(join(tmpdir(), 'qd-certificates-'))
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const at = (name: string) => join(folder, name)
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const selfSigned = ['req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=Test authority']
  openssl(...selfSigned, '-keyout', 'ca.key', '-out', 'ca.crt')
  return {
    folder,
    ca: readFileSync(at('ca.crt'), 'utf8'),
    caFile: at('ca.crt'),
    /** `names` as in a subjectAltName: `IP:127.0.0.1`; none for a client. */
    issue(name: string, names: string, days = 2): Pair {
      const extension = `basicConstraints=CA:FALSE\n${names === '' ? '' : `subjectAltName=${names}\n`}`
      writeFileSync(at(`${name}.ext`), extension)
      openssl(
        'req',
        ...newKey,
        '-subj',
        `/CN=${name}`,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
      )
      const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', String(days)]
      openssl(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        ...by,
        '-extfile',
        `${name}.ext`,
        '-out',
        `${name}.crt`,
      )
      const [certFile, keyFile] = [at(`${name}.crt`), at(`${name}.key`)]
      return {
        cert: readFileSync(certFile, 'utf8'),
        key: readFileSync(keyFile, 'utf8'),
        certFile,
        keyFile,
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
export type Authority = ReturnType<typeof makeAuthority>
