import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findKnownKeys, judgeHostKey, readCertificate, toKnownName } from '.'
import { makeHome, sshMissing } from './openssh.suite'

const NOW = Date.now()
const toBlob = (line: string) => Buffer.from(line.split(' ')[1]!, 'base64')

describe.skipIf(sshMissing)('known_hosts', () => {
  let world: ReturnType<typeof makeHome>
  beforeEach(() => {
    world = makeHome({ '.keep': '' })
  })
  afterEach(() => world.remove())

  function makeKey(name: string, type = 'ed25519') {
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', world.at(name)])
    const line = readFileSync(world.at(`${name}.pub`), 'utf8').trim()
    return { line, blob: toBlob(line) }
  }
  const judge = (text: string, blob: Buffer, host = 'web', port = 22) => {
    const file = world.write('known_hosts', text)
    return judgeHostKey(findKnownKeys([file], toKnownName(host, port, null)), blob, host, NOW)
  }
  function certify(key: string, authority: string, ...options: string[]) {
    const args = ['-q', '-s', world.at(authority), '-I', 'web of ada', '-h', ...options]
    execFileSync('ssh-keygen', [...args, world.at(`${key}.pub`)])
    return toBlob(readFileSync(world.at(`${key}-cert.pub`), 'utf8'))
  }

  test('speaks of the hosts that ssh-keygen finds in it', () => {
    const { line } = makeKey('key')
    const host = fc.constantFrom('web', 'Web', 'db.prod', '10.0.0.7', '[web]:2222', '[10.0.0.7]:22')
    const hosts = fc
      .array(fc.oneof(host, fc.constantFrom('*', 'w?b', '!web', '*.prod', '!*.prod', '[*]:2222')), {
        minLength: 1,
        maxLength: 3,
      })
      .map((list) => list.join(','))
    const marker = fc.constantFrom('', '', '', '@revoked ', '@cert-authority ', '@other ', '# ')
    const lines = fc.array(fc.tuple(marker, hosts), { maxLength: 5 })
    const key = line.split(' ').slice(0, 2).join(' ')
    fc.assert(
      fc.property(lines, host, fc.boolean(), (given, name, isHashed) => {
        const text = given.map(([mark, list]) => `${mark}${list} ${key} a comment`).join('\n')
        const file = world.write('known_hosts', `${text}\nbroken\nelse ssh-ed25519 AAAA\n`)
        if (isHashed) spawnSync('ssh-keygen', ['-q', '-H', '-f', file])
        const { stdout } = spawnSync('ssh-keygen', ['-F', name.toLowerCase(), '-f', file], {
          encoding: 'utf8',
        })
        const theirs = [...stdout.matchAll(/found: line (\d+)/g)].map(([, at]) => Number(at))
        const ours = findKnownKeys([file], name.toLowerCase()).map(({ line: at }) => at)
        expect(ours).toEqual(theirs)
      }),
      { numRuns: 60 },
    )
  }, 60_000)

  test('knows a key, a changed one, and one of another kind', () => {
    const [key, other, ecdsa] = [makeKey('key'), makeKey('other'), makeKey('ecdsa', 'ecdsa')]
    const text = `# hosts\n[web]:2222 ${key.line}\n`
    const at = { file: world.at('known_hosts'), line: 2 }
    expect(judge(text, key.blob, 'WEB', 2222)).toMatchObject({ state: 'known', by: 'key', key: at })
    expect(judge(text, other.blob, 'web', 2222)).toMatchObject({ state: 'changed', key: at })
    expect(judge(text, ecdsa.blob, 'web', 2222)).toEqual({ state: 'unknown' })
    expect(judge(text, key.blob, 'web', 22)).toEqual({ state: 'unknown' })
  })

  test('lets nothing past that is revoked', () => {
    const key = makeKey('key')
    const text = `web ${key.line}\n@revoked * ${key.line}\n`
    expect(judge(text, key.blob)).toMatchObject({ state: 'revoked', key: { line: 2 } })
  })

  test.each(['ed25519', 'ecdsa', 'rsa'])('knows hosts that a %s authority certifies', (type) => {
    const authority = makeKey('authority', type)
    makeKey('host', type === 'rsa' ? 'ed25519' : type)
    const text = `@cert-authority *.prod,web ${authority.line}\n`
    const certificate = certify('host', 'authority', '-n', 'web,db.prod', '-V', '-1d:+1d')
    expect(judge(text, certificate)).toMatchObject({ state: 'known', by: 'certificate' })
    expect(judge(text, certificate, 'x.prod')).toMatchObject({
      state: 'objected',
      reason: expect.stringContaining('not for x.prod'),
    })
    expect(judge('', certificate)).toEqual({ state: 'unknown' })
    const revoked = `${text}@revoked * ${authority.line}\n`
    expect(judge(revoked, certificate)).toMatchObject({ state: 'revoked' })
    const forged = Buffer.from(certificate)
    forged.write('zzz', forged.indexOf('db.prod'))
    expect(readCertificate(forged)).toBeUndefined()
    expect(judge(text, forged)).toMatchObject({ state: 'objected' })
  })

  test('refuses a certificate that is expired, not valid yet, or for users', () => {
    const authority = makeKey('authority')
    makeKey('host')
    const text = `@cert-authority * ${authority.line}\n`
    const reasonOf = (...options: string[]) => judge(text, certify('host', 'authority', ...options))
    expect(reasonOf('-n', 'web', '-V', '-2d:-1d')).toMatchObject({
      reason: expect.stringContaining('expired'),
    })
    expect(reasonOf('-n', 'web', '-V', '+1d:+2d')).toMatchObject({
      reason: expect.stringContaining('not valid yet'),
    })
    execFileSync('ssh-keygen', [
      '-q',
      '-s',
      world.at('authority'),
      '-I',
      'ada',
      '-n',
      'web',
      world.at('host.pub'),
    ])
    const users = toBlob(readFileSync(world.at('host-cert.pub'), 'utf8'))
    expect(judge(text, users)).toMatchObject({ reason: expect.stringContaining('for users') })
  })
})
