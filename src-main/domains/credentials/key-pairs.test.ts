import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkSecret, makeKeyPair } from './credential'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qd-pairs-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const at = (name: string) => join(folder, name)
const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, { encoding: 'utf8', cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
const read = (name: string) => readFileSync(at(name), 'utf8')

const checkKey = (certificate: string) =>
  checkSecret({ kind: 'private_key', secret: read('user'), passphrase: '', certificate })
function sign(name: string, ...options: string[]): string {
  run('ssh-keygen', '-q', '-s', at('ca'), '-I', 'ada@corp', ...options, at(`${name}.pub`))
  return read(`${name}-cert.pub`)
}
const checkClient = (key: string, certificate: string, passphrase = '') =>
  checkSecret({
    kind: 'client_certificate',
    secret: read(key),
    passphrase,
    certificate: certificate === '' ? '' : read(certificate),
  })

describe('a key pair that is made here', { timeout: 60_000 }, () => {
  test.each([
    ['ed25519', 300, 'ssh-ed25519'],
    ['ecdsa', 40, 'ecdsa-sha2-nistp256'],
    ['rsa', 1, 'ssh-rsa'],
  ] as const)('of type %s opens in ssh-keygen, each of %i', async (type, count, algorithm) => {
    let last = ''
    for (let n = 0; n < count; n++) {
      const { secret, publicKey, fingerprint } = await makeKeyPair(type)
      writeFileSync(at('pair'), secret.reveal(), { mode: 0o600 })
      expect(run('ssh-keygen', '-y', '-P', '', '-f', at('pair')).trim()).toBe(publicKey)
      expect(publicKey).toMatch(new RegExp(`^${algorithm} AAAA`))
      last = fingerprint!
    }
    expect(run('ssh-keygen', '-lf', at('pair'))).toContain(last)
  })
})

describe('an OpenSSH certificate beside a private key', () => {
  beforeAll(() => {
    for (const name of ['ca', 'user', 'other'])
      run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', at(name))
  })

  test('is shown with whom it is for and until when', () => {
    const limited = sign('user', '-n', 'deploy,root', '-V', '20260101000000Z:20270101000000Z')
    expect(checkKey(limited).certificateLabel).toEqual({
      subject: 'ada@corp for deploy, root',
      expiresAt: Date.UTC(2027, 0, 1),
    })
    expect(checkKey(sign('user')).certificateLabel).toEqual({
      subject: 'ada@corp for any user',
      expiresAt: null,
    })
  })

  test.each(['rsa', 'ecdsa'])('of type %s is understood too', (type) => {
    run('ssh-keygen', '-q', '-t', type, '-N', '', '-f', at(type))
    const certificate = sign(type, '-n', 'deploy')
    const given = { kind: 'private_key', secret: read(type), passphrase: '', certificate } as const
    expect(checkSecret(given).certificateLabel?.subject).toBe('ada@corp for deploy')
  })

  test('is refused for another key, for a host, cut short, or when it is none', () => {
    expect(() => checkKey(sign('other'))).toThrow('for another key')
    expect(() => checkKey(sign('user', '-h'))).toThrow('for a host')
    const [type, body] = sign('user').split(' ')
    expect(() => checkKey(`${type} ${body!.slice(0, 120)}`)).toThrow('cut short')
    expect(() => checkKey(read('user.pub'))).toThrow('no OpenSSH certificate')
  })
})

describe('a client certificate for TLS', () => {
  beforeAll(() => {
    const subject = ['-subj', '/O=Corp/CN=quarterdeck', '-days', '30', '-nodes']
    for (const name of ['one', 'two'])
      run(
        'openssl',
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-keyout',
        at(`${name}.key`),
        '-out',
        at(`${name}.crt`),
        ...subject,
      )
    run(
      'openssl',
      'pkcs8',
      '-topk8',
      '-in',
      at('one.key'),
      '-out',
      at('one.enc'),
      '-passout',
      'pass:some phrase',
    )
  })

  test('is shown with its subject, its fingerprint and its end', () => {
    const { certificateLabel, fingerprint } = checkClient('one.key', 'one.crt')
    expect(certificateLabel!.subject).toBe('O=Corp, CN=quarterdeck')
    expect(certificateLabel!.expiresAt).toBeGreaterThan(Date.now())
    expect(fingerprint).toMatch(/^SHA256:/)
    expect(checkClient('one.enc', 'one.crt', 'some phrase').passphrase?.reveal()).toBe(
      'some phrase',
    )
  })

  test('is refused without its certificate, with that of another key, or when the key stays shut', () => {
    expect(() => checkClient('one.key', '')).toThrow('Enter the certificate')
    expect(() => checkClient('one.key', 'two.crt')).toThrow('for another private key')
    expect(() => checkClient('one.enc', 'one.crt', 'not this')).toThrow('Is its passphrase right?')
    expect(() => checkClient('one.key', 'one.key')).toThrow('no certificate')
    expect(() => checkClient('one.crt', 'one.crt')).toThrow('no private key')
  })
})
