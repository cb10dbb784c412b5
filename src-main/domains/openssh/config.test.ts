import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createOpenssh } from '.'
import { type ConfigFiles, findOptions, hostNameOf } from './config'
import { askSsh, makeHome, sshMissing } from './openssh.suite'

let world: ReturnType<typeof makeHome>
const openssh = () => createOpenssh(world)
beforeEach(() => {
  world = makeHome()
})
afterEach(() => world.remove())

const name = fc.constantFrom('web', 'web-1', 'DB', 'db.prod', 'bastion')
const pattern = fc.oneof(
  name,
  fc.constantFrom('*', 'web*', '!web', '!*.prod', 'd?', 'D*', '!bastion'),
)
const patterns = fc.array(pattern, { minLength: 1, maxLength: 3 })
const user = fc.constantFrom('root', 'deploy', 'o"x"', 'a\\ b')
const criterion = fc.oneof(
  patterns.map((list) => `host ${list.join(',')}`),
  patterns.map((list) => `originalhost ${list.join(',')}`),
  fc.constantFrom(
    'user root',
    'user=deploy',
    'user !root,*',
    `localuser ${userInfo().username}`,
    'localuser nobody',
  ),
  fc.constantFrom('!host web', '!user root', '!originalhost db*', 'final', '!final', 'canonical'),
)
const setting = fc.oneof(
  fc.constantFrom(
    'HostName 10.0.0.7',
    'HostName %h.example.ORG',
    'hostname=x%%y',
    'HostName "db.prod"',
  ),
  user.map((value) => `User ${value}`),
  fc.nat({ max: 9 }).map((n) => `Port ${2200 + n}`),
  fc.constantFrom('Port = 23', '\tPort\t=24 # why', 'User "root"'),
  fc.constantFrom(
    'ProxyJump bastion',
    'ProxyJump none',
    'ProxyJump root@bastion:23,web',
    'ProxyCommand none',
    'ProxyCommand nc %h %p',
  ),
  fc.constantFrom(
    'IdentityFile ~/.ssh/a',
    'IdentityFile %d/b',
    "IdentityFile 'c d'",
    'IdentityFile ~/.ssh/a',
    'CertificateFile ~/.ssh/a-cert.pub',
  ),
  fc.constantFrom(
    'IdentitiesOnly yes',
    'ForwardAgent yes',
    'HostKeyAlias web',
    'ConnectTimeout 5',
    'UserKnownHostsFile ~/a ~/b',
  ),
)
const block = fc.record({
  head: fc.oneof(
    patterns.map((list) => `Host ${list.join(' ')}`),
    fc.array(criterion, { minLength: 1, maxLength: 3 }).map((list) => `Match ${list.join(' ')}`),
    fc.constantFrom('Match all', 'Include INCLUDED', 'Include MISSING', '# nothing'),
  ),
  options: fc.array(setting, { maxLength: 4 }),
})
const file = fc
  .array(block, { maxLength: 6 })
  .map((blocks) =>
    blocks
      .map(({ head, options }) => [head, ...options.map((one) => `  ${one}`)].join('\n'))
      .join('\n'),
  )

describe.skipIf(sshMissing)('the options for a host', () => {
  test('are those that OpenSSH finds', () => {
    fc.assert(
      fc.property(file, file, name, (main, included, host) => {
        const inner = world.write('included', included.replaceAll(/^Include.*$/gm, ''))
        const text = main
          .replaceAll('INCLUDED', inner)
          .replaceAll('MISSING', join(world.home, 'no'))
        const path = world.write('config', `${text}\n`)
        const files: ConfigFiles['files'] = [{ path, folder: join(world.home, '.ssh') }]
        const config = { home: world.home, localUser: userInfo().username, files }
        const ours = findOptions(config, { host })
        const theirs = askSsh(path, host)
        fc.pre(theirs !== undefined) // OpenSSH expands %% twice with Match final, and then refuses
        const one = (option: string) => ours.get(option)?.[0]
        expect(hostNameOf(ours, host)).toBe(theirs.get('hostname')![0])
        expect(one('user') ?? userInfo().username).toBe(theirs.get('user')![0])
        expect(one('port') ?? '22').toBe(theirs.get('port')![0])
        const jump = one('proxyjump')
        expect(jump === 'none' ? undefined : jump).toBe(theirs.get('proxyjump')?.[0])
        const keys = theirs.get('identityfile') // where nothing is said, the usual ones
        expect(ours.get('identityfile') ?? keys).toEqual(keys)
        expect(ours.get('certificatefile')).toEqual(theirs.get('certificatefile'))
        expect(one('identitiesonly') ?? 'no').toBe(theirs.get('identitiesonly')![0])
        expect(one('forwardagent') ?? 'no').toBe(theirs.get('forwardagent')![0])
        expect(one('hostkeyalias')).toBe(theirs.get('hostkeyalias')?.[0])
      }),
      { numRuns: 120 },
    )
  }, 60_000)
})

describe('a configuration', () => {
  test('that would have to run a command is refused in words, and nothing runs', () => {
    const mark = join(world.home, 'ran')
    world.write('config', `Match host db exec "touch ${mark}"\n  User x\nHost web\n  User y\n`)
    expect(() => openssh().resolve('db')).toThrow(/config, line 1: Match exec would run a command/)
    expect(openssh().resolve('web')).toMatchObject([{ username: 'y' }])
    expect(existsSync(mark)).toBe(false)
  })

  test('that is not there says nothing', () => {
    expect(openssh().listHosts()).toEqual([])
    const own = world.at('id_ed25519')
    expect(openssh().resolve('Web')).toMatchObject([
      {
        host: 'web',
        port: 22,
        username: userInfo().username,
        identityFiles: [own, expect.any(String), expect.any(String)],
      },
    ])
  })

  test('of the account goes before that of the machine, and includes by pattern beside itself', () => {
    world.write('config', 'Include conf.d/*.conf\nHost *\n  User last\n')
    world.write('conf.d/b.conf', 'Host web\n  User second\n  Port 2\n')
    world.write('conf.d/a.conf', 'Host web\n  User first\n')
    world.write('../etc/ssh_config', 'Host web db\n  User machine\n  HostName %h.lan\n')
    expect(openssh().resolve('web')).toMatchObject([
      { host: 'web.lan', port: 2, username: 'first' },
    ])
    expect(openssh().listHosts()).toEqual(['web', 'db'])
  })

  test('that includes itself is refused in words', () => {
    world.write('config', 'Include config\n')
    expect(() => openssh().resolve('web')).toThrow(/include each other/)
  })

  test('leads over several hosts, each with its own lines', () => {
    world.write(
      'config',
      [
        'Host db\n  ProxyJump deploy@inner:2200\n  IdentityFile ~/.ssh/%r@%n',
        'Host inner\n  HostName 10.0.0.3\n  User nobody\n  ProxyJump gate\n  HostKeyAlias the-inner',
        'Host gate\n  HostName gate.example.org\n  Port 443\n  IdentitiesOnly yes',
        'Host *\n  User ada\n  ConnectTimeout 1m30s',
      ].join('\n'),
    )
    const route = openssh().resolve('db')
    expect(route).toMatchObject([
      { alias: 'gate', host: 'gate.example.org', port: 443, username: 'ada', identitiesOnly: true },
      {
        alias: 'inner',
        host: '10.0.0.3',
        port: 2200,
        username: 'deploy',
        hostKeyAlias: 'the-inner',
      },
      { alias: 'db', host: 'db', port: 22, username: 'ada', connectTimeoutMs: 90_000 },
    ])
    expect(route.at(-1)!.identityFiles).toEqual([world.at('ada@db')])
  })

  test('with a list of jumps takes the list, not what the last of them says', () => {
    world.write(
      'config',
      'Host db\n  ProxyJump a,ssh://root@b:23,[::1]:24\nHost b\n  ProxyJump c\n',
    )
    const hops = openssh()
      .resolve('db')
      .map(({ host, port }) => `${host} ${port}`)
    expect(hops).toEqual(['a 22', 'b 23', '::1 24', 'db 22'])
  })

  test.each([
    ['goes in a circle', 'Host *\n  ProxyJump gate\n', /circle/],
    ['has a ProxyCommand', 'Host db\n  ProxyCommand nc %h %p\n', /ProxyCommand/],
    ['has a Match that is not known', 'Match tagged x\n  User y\n', /Match tagged/],
    ['has a quote that is not closed', 'Host "db\n', /line 1: a quote/],
    ['has a port that is none', 'Port ssh\n', /Port ssh/],
    ['has a variable that is not set', 'IdentityFile ${QD_NO_SUCH}/x\n', /QD_NO_SUCH/],
  ])('that %s is refused in words', (_, text, words) => {
    world.write('config', text)
    expect(() => openssh().resolve('db')).toThrow(words)
  })
})
