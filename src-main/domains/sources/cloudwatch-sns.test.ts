import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises, soundness } from './promises.suite'
import { payloadsOf, readsItsPayloads, senderOf, textOf } from './sender.suite'
import { SourceSettings } from '#contract/intake'
import { snsProof } from './cloudwatch-sns-proof'
import type { Given } from './proof'
import { Unreadable } from './source'

const { read, keyOf } = senderOf('cloudwatch-sns')
const TOPIC = 'arn:aws:sns:eu-west-1:1234567890:alerta-test'

const envelope = (message: unknown, parts: object = {}) => ({
  Type: 'Notification',
  MessageId: 'm-1',
  TopicArn: TOPIC,
  Message: typeof message === 'string' ? message : JSON.stringify(message),
  Timestamp: '2026-11-20T10:00:00.134Z',
  ...parts,
})
const told = (body: unknown) => envelope(body ?? null)
const alarm = (parts: object = {}) => ({
  AlarmName: 'checkout-5xx',
  AWSAccountId: '123456789012',
  NewStateValue: 'ALARM',
  NewStateReason: 'Threshold Crossed',
  StateChangeTime: '2026-11-20T10:00:00.000+0000',
  Region: 'EU (Ireland)',
  AlarmArn: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:checkout/5xx',
  Trigger: {
    MetricName: '5XX',
    Namespace: 'AWS/ApiGateway',
    Dimensions: [{ name: 'ApiName', value: 'checkout' }],
  },
  ...parts,
})

describe('CloudWatch by SNS', () => {
  readsItsPayloads('cloudwatch-sns', ['cloudwatch-sns'], {
    inner_message_multiple_metrics: [
      'arn:aws:cloudwatch:REGION:ACCOUNT_NUMBER:alarm:EXAMPLE | firing | high | EXAMPLE | - | TestInstance | 2015-06-03T17:43:27.123Z',
    ],
    inner_message_single_metric: [
      'arn:aws:cloudwatch:REGION:ACCOUNT_NUMBER:alarm:EXAMPLE | firing | high | EXAMPLE | - | TestInstance | 2015-06-03T17:43:27.123Z',
    ],
    sns_cloudwatch_alarm_s3: [
      '1234567890/EU (Ireland)/bucketbytesAlarm | firing | high | bucketbytesAlarm | try.alerta.io | - | 2019-02-15T23:53:45.093Z',
    ],
    sns_subscription_confirmation: {
      ignored:
        'a subscription waits for a yes, but the topic arn:aws:sns:eu-west-1:1234567890:alerta-test is not among the topics of this source: add it in the settings of the source if it is yours, and then press “Request confirmation” in the SNS console',
    },
  })

  test.each([...payloadsOf('cloudwatch-sns').values()])('$name is known by its id', ({ body }) => {
    expect(keyOf(body)).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('an alarm is read with all it says, and its recovery has the same fingerprint', () => {
    const [wrong] = read(envelope(alarm())).signals
    expect(wrong).toMatchObject({
      fingerprint: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:checkout/5xx',
      description: 'Threshold Crossed',
      labels: { metric: '5XX', namespace: 'AWS/ApiGateway', ApiName: 'checkout', topic: TOPIC },
      links: [
        {
          url: 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/checkout%2F5xx',
        },
      ],
    })
    const [right] = read(envelope(alarm({ NewStateValue: 'OK' }))).signals
    expect([right!.fingerprint, right!.state]).toEqual([wrong!.fingerprint, 'resolved'])
  })

  test('without an ARN the account, region and name are the fingerprint', () => {
    const [one, other] = ['1', '2'].map((AWSAccountId) => {
      const message = alarm({ AlarmArn: undefined, AWSAccountId })
      return read(envelope(message)).signals[0]!.fingerprint
    })
    expect([one, other]).toEqual(['1/EU (Ireland)/checkout-5xx', '2/EU (Ireland)/checkout-5xx'])
  })

  test('too few data change nothing but are said', () => {
    const { signals } = read(envelope(alarm({ NewStateValue: 'INSUFFICIENT_DATA' })))
    expect(signals).toMatchObject([
      {
        state: 'noted',
        severity: 'medium',
        note: expect.stringContaining('too few data') as string,
      },
    ])
  })

  test('a composite alarm has a rule and no metric', () => {
    const { signals } = read(
      envelope(alarm({ Trigger: undefined, AlarmRule: 'ALARM(a) OR ALARM(b)' })),
    )
    expect(signals[0]!.labels).toMatchObject({ alarm_rule: 'ALARM(a) OR ALARM(b)' })
  })

  test('an event of EventBridge or of a notification rule that goes through a topic is read as such', () => {
    const event = {
      source: 'aws.codedeploy',
      region: 'eu-west-1',
      time: '2026-11-20T10:00:00Z',
      detailType: 'CodeDeploy Deployment State-change Notification',
      detail: {
        deploymentId: 'd-1',
        application: 'shop',
        deploymentGroup: 'prod',
        state: 'FAILURE',
      },
    }
    expect(read(envelope(event)).changes).toMatchObject([
      { externalId: 'd-1', state: 'failed', production: true },
    ])
  })

  test('other messages of a topic are ignored', () => {
    for (const message of ['hello', '{}', '[1]', '{"AlarmName":"a","NewStateValue":"PURPLE"}'])
      expect(read(envelope(message, { Subject: 'Backup done' })).ignored).toBe(
        '“Backup done” is not about a CloudWatch alarm',
      )
  })

  test('once topics are named, only their messages count', () => {
    const settings = { topics: ['arn:aws:sns:eu-west-1:1:mine'] }
    expect(read(envelope(alarm()), { settings }).ignored).toContain('add it in the settings')
    expect(read(envelope(alarm()), { settings: { topics: [TOPIC] } }).signals).toHaveLength(1)
  })

  test.each([[{}], [null], [[]], [{ Type: 'Other' }], [{ AlarmName: 'raw' }]])(
    '%j is no message of SNS',
    (body) => {
      expect(() => read(body)).toThrow(Unreadable)
    },
  )

  test('raw delivery is refused with what to switch off', () => {
    const headers = { 'x-amz-sns-rawdelivery': 'true' }
    expect(() => read(alarm(), { headers })).toThrow(/raw message delivery/)
  })

  firesAndIsResolved('cloudwatch-sns')

  keepsItsPromises('cloudwatch-sns', [envelope(alarm()), { Records: [{ Sns: envelope(alarm()) }] }])
  test('whatever stands at any place of an alarm, it is read or refused in words', () => {
    expect(soundness('cloudwatch-sns', [alarm()], { wrap: told })).toBe('sound')
  })
})

const confirmation = (parts: object = {}) => ({
  Type: 'SubscriptionConfirmation',
  MessageId: 'm-2',
  TopicArn: TOPIC,
  Token: '2336',
  SubscribeURL: `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336`,
  ...parts,
})

describe('subscriptions', () => {
  const settings = { topics: [TOPIC] }

  test('one of a named topic waits for a yes', () => {
    const { signals, confirmation: asks } = read(confirmation(), { settings })
    expect(signals).toEqual([])
    expect(asks).toEqual({ url: confirmation().SubscribeURL, what: TOPIC })
  })

  test('one of another topic is ignored, and says where to name it', () => {
    const reading = read(confirmation())
    expect(reading.confirmation).toBeUndefined()
    expect(reading.ignored).toContain(
      `${TOPIC} is not among the topics of this source: add it in the settings`,
    )
  })

  test.each([
    'http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription',
    'https://sns.eu-west-1.amazonaws.com.evil.example/?Action=ConfirmSubscription',
    'https://evil.s3.amazonaws.com/?Action=ConfirmSubscription',
    'https://sns.eu-west-1.amazonaws.com:8443/?Action=ConfirmSubscription',
    'https://a@sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription',
    'https://sns.eu-west-1.amazonaws.com/?Action=Publish',
    'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=other',
    'https://sns.eu-west-1.amazonaws.com/x?Action=ConfirmSubscription',
    7,
  ])('the address %s is never offered', (SubscribeURL) => {
    expect(() => read(confirmation({ SubscribeURL }), { settings })).toThrow(Unreadable)
  })

  test('the end of one is told and nothing is visited', () => {
    const reading = read(confirmation({ Type: 'UnsubscribeConfirmation' }), { settings })
    expect(reading.confirmation).toBeUndefined()
    expect(reading.ignored).toContain('was unsubscribed')
  })
})

const folder = 'sns-selfsigned/constructed'
const pem = textOf(`${folder}/test-only.cert.pem`)
const NAMES = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']
const VECTORS = [...payloadsOf(folder).values()]
  .filter(({ name }) => NAMES.some((type) => name.startsWith(type)))
  .map(({ name, body }) => [name, body] as const)
/** The test certificate is valid from 10:40:37, the messages are of 10:00. */
const CHECKED_AT = Date.UTC(2026, 10, 20, 10, 50)

function given(body: unknown, more: Partial<Given> = {}): Given {
  return {
    headers: {},
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    secrets: [],
    now: CHECKED_AT,
    settings: SourceSettings.parse({}),
    fetchText: async () => pem!,
    ...more,
  }
}

const [, notification] = VECTORS.find(([name]) => name === 'Notification.v2') ?? []
const changed = (parts: object) => ({ ...(notification as object), ...parts })
const check = (more: Partial<Given>) => snsProof().check(given(notification, more))
const certificateAt = (n: number) =>
  changed({
    SigningCertURL: `https://sns.us-east-1.amazonaws.com/SimpleNotificationService-${n}.pem`,
  })

describe.skipIf(VECTORS.length === 0)('signatures of SNS', () => {
  test.each(VECTORS)(
    '%s is proven, and no longer when any signed field is changed',
    async (_name, body) => {
      const proof = snsProof()
      expect(await proof.check(given(body))).toEqual({ ok: true })
      const signed = new Set(
        'Message MessageId Timestamp TopicArn Type Subject Token SubscribeURL'.split(' '),
      )
      for (const [key, value] of Object.entries(body as object)) {
        if (!signed.has(key)) continue
        const other = {
          ...(body as object),
          [key]: key === 'Timestamp' ? '2026-11-20T10:00:00.135Z' : `${String(value)} `,
        }
        expect([key, (await proof.check(given(other))).ok]).toEqual([key, false])
        expect((await proof.check(given({ ...(body as object), [key]: undefined }))).ok).toBe(false)
      }
    },
  )

  test.each([
    [{ Signature: undefined }, 'not a signed message'],
    [{ Signature: 'AAAA' }, 'does not fit'],
    [{ SignatureVersion: '1' }, 'does not fit'],
    [{ SignatureVersion: '3' }, 'neither 1 nor 2'],
    [{ Subject: 7 }, 'not a signed message'],
    [{ Type: '__proto__' }, 'not a signed message'],
    [{ Timestamp: 'soon' }, 'does not say when'],
    [
      { SigningCertURL: 'http://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem' },
      'SigningCertURL',
    ],
    [
      {
        SigningCertURL:
          'https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem',
      },
      'SigningCertURL',
    ],
    [
      { SigningCertURL: 'https://snsX.us-east-1.amazonaws.com/SimpleNotificationService-1.pem' },
      'SigningCertURL',
    ],
    [
      {
        SigningCertURL: 'https://sns.us-east-1.amazonaws.com/evil/SimpleNotificationService-1.pem',
      },
      'SigningCertURL',
    ],
    [
      {
        SigningCertURL:
          'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem?x=/../',
      },
      'SigningCertURL',
    ],
    [
      {
        SigningCertURL:
          'https://sns.us-east-1.amazonaws.com@evil.example/SimpleNotificationService-1.pem',
      },
      'SigningCertURL',
    ],
  ])('%j is refused', async (parts, reason) => {
    expect(await snsProof().check(given(changed(parts)))).toEqual({
      ok: false,
      reason: expect.stringContaining(reason) as string,
    })
  })

  test('raw delivery, an old or future time and a foreign or ended certificate are refused', async () => {
    const raw = await check({ headers: { 'x-amz-sns-rawdelivery': 'true' } })
    expect(raw).toMatchObject({
      ok: false,
      reason: expect.stringContaining('raw message delivery') as string,
    })
    expect((await check({ now: CHECKED_AT + 11 * 60_000 })).ok).toBe(false)
    expect((await check({ now: CHECKED_AT - 3 * 3_600_000 })).ok).toBe(false)
    // Valid from 10:40:37 on.
    expect(await check({ now: Date.UTC(2026, 10, 20, 10, 30) })).toMatchObject({
      reason: expect.stringContaining('not valid yet') as string,
    })
    for (const text of [
      '',
      'no certificate',
      pem!.replace('MIID', 'AAAA'),
      pem! + FOREIGN,
      FOREIGN,
    ])
      expect((await check({ fetchText: async () => text })).ok).toBe(false)
    expect(await check({ fetchText: async () => FOREIGN })).toMatchObject({
      reason: expect.stringContaining('somebody else') as string,
    })
  })

  test('a certificate is fetched once; when it cannot be had nothing is decided, and it is tried again', async () => {
    const proof = snsProof()
    let fetched = 0
    const fetchText = async () => (++fetched === 1 ? Promise.reject(new Error('no network')) : pem!)
    await expect(proof.check(given(notification, { fetchText }))).rejects.toThrow('no network')
    for (let n = 0; n < 3; n++)
      expect((await proof.check(given(notification, { fetchText }))).ok).toBe(true)
    expect(fetched).toBe(2)
  })

  test('many addresses of certificates do not fill the memory, and the kept ones stay few', async () => {
    const proof = snsProof()
    const asks: string[] = []
    const fetchText = async (url: string) => (asks.push(url), pem!)
    for (let n = 0; n < 25; n++) await proof.check(given(certificateAt(n), { fetchText }))
    await proof.check(given(certificateAt(24), { fetchText }))
    expect(asks).toHaveLength(25)
    await proof.check(given(certificateAt(0), { fetchText }))
    expect(asks).toHaveLength(26)
  })

  test('a body that is no JSON is not signed', async () => {
    const proof = snsProof()
    expect(proof.secret).toBeNull()
    expect([proof.isSigned(given('{')), proof.isSigned(given(notification))]).toEqual([false, true])
    expect((await proof.check(given('{'))).ok).toBe(false)
  })
})

/** Made for this test: `CN=example.org`, self-signed; its key was thrown away. */
const FOREIGN = `-----BEGIN CERTIFICATE-----
MIIDDzCCAfegAwIBAgIUWBbAta5DQtEL+6Vu3wNu+uqNGzQwDQYJKoZIhvcNAQEL
BQAwFjEUMBIGA1UEAwwLZXhhbXBsZS5vcmcwIBcNMjYxMTI4MDU0NzI5WhgPMjEy
NjExMDQwNTQ3MjlaMBYxFDASBgNVBAMMC2V4YW1wbGUub3JnMIIBIjANBgkqhkiG
9w0BAQEFAAOCAQ8AMIIBCgKCAQEAq2uTSpNLgzBF+j+u6Y+wI4+h8XqVQ8Ai+lSY
qJsJebblxZA6xMYtvmLIUe4JxgCL1dIwNqXkSAHxwOjKozFix3L2uKaHieX6lxwH
yvKvvuu4mCLvEEimAeEQoyahy5bx+ZDxOrcbggKJg9vMxvwiEP2OnsIO8XNoCE6Z
0apgdnIU8fw0ykNgBFALPQUIQBojeAR3ujL1xu+gsAK9GcN7RjKIrovleB8PxmxI
XUAoXmNCKNIFopWLxcwsEyNhwboJHZMv3wRYE1wj1HKEs4QIfZaSTqBQJPFOBYdy
+xO3fmdbo1diPRonyFq7gJxu/H7Bn4t2wPSTUQZ3BhfNiwCChwIDAQABo1MwUTAd
BgNVHQ4EFgQUqjk7L10iqz3vMjZjM/CXAXOUnAowHwYDVR0jBBgwFoAUqjk7L10i
qz3vMjZjM/CXAXOUnAowDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOC
AQEAhg9a+moMSKxr0x+gXEojWhTe7fX9ajShhi6INQfc9QoqGg1OpvQWmn0CrxWx
GlMIh9Bbx2VRgU9MGJV0YPaMGCbSDTmFvIi6E9wMCSGnRpXrIYqaZA4JtDEaJFx/
/InFvPBic/agv4dt6lx6J46bSwOfqBoBBKv05h2gTHgrRiUwRCLx2cw1UcRuhzKz
RxR5zblb1JziRWGUzeqP5d9MR9NCNL46HJ3AzhOOD/7tx22njTVDsZuhZ+ZlFFCZ
iWfq2T71ArKfY9Dr/YtfXWPJBjZbuGcO72RxE3HeQdzol7VNXCCYl3VvjqQHFday
+Xocc9sfa1AJMuam66gzut7Teg==
-----END CERTIFICATE-----
`
