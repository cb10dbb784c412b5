import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import { ada, type FakeApi, openApi, openWorld, type World } from './pulls-world.suite'

const alert = (name: string, startsAt = '2026-11-20T11:00:00Z', state = 'active') => ({
  fingerprint: name,
  labels: { alertname: name },
  annotations: {},
  startsAt,
  endsAt: '2026-11-20T13:00:00Z',
  status: { state, silencedBy: [], inhibitedBy: [] },
})

describe.each(stores)('pulls on $name', ({ open }) => {
  let database: Database
  let world: World
  let api: FakeApi
  let alerts: unknown[] = []

  const answers: FakeApi['answer'] = ({ pathname }) => {
    if (pathname === '/api/v2/alerts') return { body: alerts }
    if (pathname === '/api/v2/status') return { body: { uptime: '2026-11-01T00:00:00Z' } }
    return undefined
  }

  beforeEach(async () => {
    alerts = []
    database = await open()
    world = await openWorld(database, { am: 'alertmanager', hooks: 'splunk', gh: 'github' })
    api = await openApi(answers)
  })
  afterEach(async () => {
    await world.pulls.stop()
    await api.close()
    await database.close()
  })

  test('a source is asked by itself when its time has come, and only then', async () => {
    alerts = [alert('DiskFull')]
    world.pulls.start()
    await world.set('am', api.url)
    await world.look()
    await expect.poll(() => world.delivered.length).toBe(1)
    await world.pulls.stop()
    const [pull] = await world.pulls.list({}, ada)
    const { now } = world.time
    expect(pull).toMatchObject({ kind: 'alertmanager', here: true, console: 'ada@desk' })
    expect(pull!.state).toMatchObject({ lastOkAt: now, lastCount: 1, nextAt: now + 60_000 })
    world.pulls.start()
    world.time.now += 59_000
    await world.look()
    expect(api.requests).toHaveLength(1)
    world.time.now += 1_000
    await world.look()
    await expect.poll(() => api.requests.length).toBe(2)
  })

  test('what is said once is not said again, and what is gone is told to be over', async () => {
    alerts = [alert('DiskFull'), alert('Silenced', undefined, 'suppressed')]
    await world.set('am', `${api.url}/`)
    expect((await world.run('am')).records).toMatchObject([{ body: alerts[0], what: 'alert' }])
    expect((await world.run('am')).records).toEqual([])
    alerts = []
    const gone = await world.run('am')
    expect(gone.records).toMatchObject([
      { body: { fingerprint: 'DiskFull', status: { state: 'resolved' } } },
    ])
    expect(gone.state).toMatchObject({ problem: '', upTo: world.time.now })
    alerts = [alert('DiskFull')]
    expect((await world.run('am')).records).toHaveLength(1)
  })

  test('an alert that goes on is told again every hour, and one that says something new at once', async () => {
    alerts = [alert('DiskFull')]
    await world.set('am', api.url)
    await world.run('am')
    alerts = [{ ...alert('DiskFull'), annotations: { summary: 'Fuller' } }]
    expect((await world.run('am')).records).toHaveLength(1)
    world.time.now += 3_540_000
    expect((await world.run('am')).records).toHaveLength(1)
  })

  test('nothing is over because the other side was started anew', async () => {
    alerts = [alert('DiskFull')]
    await world.set('am', api.url)
    await world.run('am')
    alerts = []
    const uptime = new Date(world.time.now).toISOString()
    api.answer = (url, request) =>
      url.pathname === '/api/v2/status' ? { body: { uptime } } : answers(url, request)
    expect((await world.run('am')).records).toEqual([])
    world.time.now += 300_000
    expect((await world.run('am')).records).toHaveLength(1)
  })

  test('killed before the cursor moved, the same records come again and do nothing', async () => {
    alerts = Array.from({ length: 450 }, (_, n) => alert(`Alert${n}`))
    await world.set('am', api.url)
    world.trouble.after = new Error('the power went')
    await world.run('am')
    expect(world.delivered).toHaveLength(200)
    expect((await world.pulls.list({}, ada))[0]!.state).toMatchObject({ failures: 1 })
    world.trouble.after = undefined
    world.restart()
    await world.run('am')
    expect(world.delivered).toHaveLength(450)
    expect(new Set(world.delivered.map(({ key }) => key)).size).toBe(450)
  })

  test('what was delivered before a crash and is gone after it is still told to be over', async () => {
    alerts = [alert('DiskFull')]
    await world.set('am', api.url)
    world.trouble.after = new Error('the power went')
    await world.run('am')
    world.trouble.after = undefined
    world.restart()
    alerts = []
    expect((await world.run('am')).records).toMatchObject([
      { body: { fingerprint: 'DiskFull', status: { state: 'resolved' } } },
    ])
  })

  test.each([
    [
      'a refused credential',
      { status: 401, body: { message: 'Bad credentials' } },
      'Bad credentials',
    ],
    ['a lacking right', { status: 403 }, 'lacks a right'],
    ['trouble of the other side', { status: 500 }, 'trouble of its own'],
    ['a sign-in page', { raw: '<html>Sign in</html>' }, 'no JSON'],
    ['other JSON', { body: { alerts: [] } }, 'no list of alerts'],
    ['a body without end', { raw: Buffer.alloc(21 * 1024 * 1024, ' ') }, 'more than 20 MB'],
    [
      'a redirect',
      { status: 302, headers: { location: 'https://login.example/' } },
      'login.example',
    ],
  ])('%s is said in words, counted, and opens the circuit', async (_, reply, words) => {
    api.answer = () => reply
    await world.set('am', api.url)
    const { state } = await world.run('am')
    expect(state).toMatchObject({ failures: 1, circuit: 'closed', lastOkAt: null })
    expect(state.problem).toContain(words)
    if (!('status' in reply) || reply.status !== 500) return
    for (let n = 0; n < 3; n += 1) await world.run('am')
    expect((await world.run('am')).state).toMatchObject({ failures: 5, circuit: 'open' })
    api.answer = answers
    expect((await world.run('am')).state).toMatchObject({
      failures: 0,
      circuit: 'closed',
      problem: '',
    })
  })

  test('asked too often, it waits as long as it is told, and that is no failure', async () => {
    api.answer = () => ({ status: 429, headers: { 'retry-after': '600' } })
    await world.set('am', api.url)
    const { state } = await world.run('am')
    expect(state).toMatchObject({ failures: 0, nextAt: world.time.now + 600_000 })
    expect(state.problem).toContain('asked too often')
  })

  test('a credential is lent for each pull, is in no log, and cannot be removed while it is used', async () => {
    const id = await world.token('s3cr3t-token-value')
    await world.set('am', api.url, { credentialId: id })
    await world.run('am')
    expect(api.requests[0]!.headers.authorization).toBe('Bearer s3cr3t-token-value')
    const page = { cursor: null, limit: 50, text: '', outcome: null }
    const ledger = await world.egress.list(page, ada)
    expect(ledger.items).toMatchObject([{ purpose: 'pull alertmanager', actor: 'source am' }])
    expect(JSON.stringify(ledger)).not.toContain('s3cr3t')
    api.answer = () => ({ status: 401, body: { message: 's3cr3t-token-value is wrong' } })
    const { state } = await world.run('am')
    expect(state.problem).not.toContain('s3cr3t')
    await expect(world.credentials.remove({ id }, ada)).rejects.toMatchObject({ code: 'conflict' })
    await world.pulls.remove({ source: 'am' }, ada)
    await world.credentials.remove({ id }, ada)
  })

  test('a password goes with the name in the address', async () => {
    const { id } = await world.credentials.create(
      { name: 'proxy', kind: 'password', secret: 'open-sesame', passphrase: '' },
      ada,
    )
    await world.set('am', api.url.replace('//', '//ops%40desk@'), { credentialId: id })
    await world.run('am')
    const [, sent = ''] = api.requests[0]!.headers.authorization!.split(' ')
    expect(Buffer.from(sent, 'base64').toString()).toBe('ops@desk:open-sesame')
  })

  test('offline and a shut vault are said in words, fail nothing, and end by themselves', async () => {
    world.settings.offline = true
    world.pulls.start()
    await world.set('am', 'https://alerts.invalid')
    expect((await world.run('am')).state).toMatchObject({ failures: 0, circuit: 'closed' })
    const [pull] = await world.pulls.list({}, ada)
    expect(pull!.state.problem).toContain('offline')
    world.settings.offline = false
    world.events.publish('settings.changed', {} as never)
    await expect.poll(async () => (await world.pulls.list({}, ada))[0]!.state.failures).toBe(1)
  })

  test('what is under way is broken off by a stop, and begins again where it was', async () => {
    api.answer = () => 'silence'
    await world.set('am', api.url)
    const running = world.pulls.runNow({ source: 'am' }, ada)
    await expect.poll(() => api.requests.length).toBe(1)
    await expect(world.pulls.runNow({ source: 'am' }, ada)).rejects.toMatchObject({
      code: 'conflict',
    })
    expect((await world.pulls.list({}, ada))[0]!.state.running).toBe(true)
    await world.pulls.stop()
    expect((await running).state).toMatchObject({ running: false, failures: 0, lastAt: null })
  })

  test('a source that is switched off is not asked until it is on again', async () => {
    world.pulls.start()
    await world.set('am', api.url)
    world.off.add('am')
    await world.look()
    expect(api.requests).toHaveLength(0)
    world.off.delete('am')
    await world.look()
    await expect.poll(() => api.requests.length).toBe(1)
  })

  test('a removed source takes its pull with it', async () => {
    world.pulls.start()
    await world.set('am', api.url, { enabled: false })
    delete world.kinds['am']
    expect(await world.pulls.list({}, ada)).toEqual([])
    await world.look()
    world.kinds['am'] = 'alertmanager'
    expect(await world.pulls.list({}, ada)).toEqual([])
  })

  test('on wake everything is asked at once, also behind an open circuit', async () => {
    api.answer = () => ({ status: 500 })
    await world.set('am', api.url)
    for (let n = 0; n < 5; n += 1) await world.run('am')
    api.answer = answers
    alerts = [alert('DiskFull')]
    await world.pulls.reconcile()
    expect(world.delivered).toHaveLength(1)
    expect((await world.pulls.list({}, ada))[0]!.state.circuit).toBe('closed')
  })

  test('another address begins anew; a new interval does not', async () => {
    alerts = [alert('DiskFull')]
    await world.set('am', api.url)
    await world.run('am')
    await world.set('am', api.url, { everySeconds: 300 })
    expect((await world.run('am')).records).toEqual([])
    const other = await openApi(answers)
    await world.set('am', other.url)
    await world.run('am')
    expect(other.requests).toHaveLength(1)
    await other.close()
  })

  test.each<[string, object, string, string]>([
    ['nobody', {}, 'not_found', 'no source'],
    ['hooks', {}, 'invalid_input', 'cannot be asked'],
    ['am', { url: 'http://a:b@127.0.0.1' }, 'invalid_input', 'password'],
    ['gh', { scope: [] }, 'invalid_input', 'Repositories'],
    ['gh', { scope: ['../admin'] }, 'invalid_input', 'owner/name'],
    ['am', { credentialId: 'crd_01J9Q3ABCDEFGHJKMNPQRSTVWX' }, 'not_found', 'no credential'],
  ])('%s with %j is refused', async (source, more, code, words) => {
    const refused = world.set(source, 'http://127.0.0.1:9', more)
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(words) })
  })

  test('a test says how far it came, and keeps nothing', async () => {
    const tryOut = (url: string) =>
      world.pulls.test(
        { source: 'am', url, credentialId: null, scope: [], everySeconds: 60, enabled: true },
        ada,
      )
    alerts = [alert('DiskFull')]
    expect(await tryOut(api.url)).toMatchObject({ ok: true, found: 1 })
    expect(world.delivered).toEqual([])
    const stagesAt = async (url: string) =>
      (await tryOut(url)).stages.map(({ stage, outcome }) => `${stage} ${outcome}`)
    api.answer = () => ({ status: 401 })
    expect(await stagesAt(api.url)).toEqual([
      'name not_needed',
      'tcp passed',
      'tls not_needed',
      'auth failed',
      'permission not_reached',
      'shape not_reached',
    ])
    expect(await stagesAt(api.url.replace('http:', 'https:'))).toContain('tls failed')
    expect(await stagesAt('http://nobody.invalid')).toContain('name failed')
    expect(await stagesAt('http://127.0.0.1:1')).toContain('tcp failed')
    api.answer = () => ({ status: 404 })
    expect(await stagesAt(api.url)).toContain('permission failed')
    api.answer = () => ({ body: 'hello' })
    expect(await stagesAt(api.url)).toContain('shape failed')
    world.settings.offline = true
    await expect(tryOut('https://alerts.invalid')).rejects.toMatchObject({ code: 'forbidden' })
  })
})

test('the forms tell what each kind needs', async () => {
  const database = await stores[0]!.open()
  const world = await openWorld(database, {})
  const forms = await world.pulls.forms({}, ada)
  expect(forms.map(({ kind }) => kind)).toHaveLength(7)
  await database.close()
})
