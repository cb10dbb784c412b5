import { describe, expect, test } from 'vitest'
import { firesAndIsResolved, keepsItsPromises, TEST_ALERT } from './promises.suite'
import { hmac, NOW, ONLY_THE_RIGHT_ONE, readsItsPayloads, senderOf } from './sender.suite'
import { SourceSettings } from '#contract/intake'
import { Unreadable } from './source'

const sender = senderOf('grafana')

const alert = (parts: object = {}) => ({
  status: 'firing',
  labels: { alertname: 'HighLoad', severity: 'error', service: 'shop', instance: 'web-1:9100' },
  annotations: { summary: 'Load is high', description: 'for ten minutes' },
  startsAt: '2026-11-20T10:00:00+01:00',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'https://grafana.example/alerting/grafana/a/view',
  fingerprint: 'c6eadffa33fcdf37',
  ...parts,
})
const group = (alerts: unknown[], parts: object = {}) => ({
  receiver: 'quarterdeck',
  status: 'firing',
  orgId: 1,
  version: '1',
  title: '[FIRING:1] HighLoad',
  state: 'alerting',
  externalURL: 'https://grafana.example/',
  truncatedAlerts: 0,
  alerts,
  ...parts,
})
const read = (parts: object = {}, more: object = {}) =>
  sender.read(group([alert(parts)], more)).signals[0]!

describe('Grafana', () => {
  readsItsPayloads('grafana', ['grafana'], {
    legacy_alerting_alerting: ['7 | firing | - | Zeta CPU alert | monitoring | zeta.domain | NOW'],
    legacy_alerting_ok: ['7 | resolved | - | Zeta CPU alert | - | - | NOW | NOW'],
    legacy_alerting_v6: [
      '58 | firing | medium | Testing -> Battery Voltage alert | Physical | - | NOW',
    ],
    zulip_alert_values_v11: [
      'e6349a25f5ef0e9e | firing | - | High memory usage | - | - | 2024-03-01T02:09:00Z',
    ],
  })

  test('an alert is read as in Prometheus, with the pages of Grafana', () => {
    const more = {
      dashboardURL: 'https://grafana.example/d/a',
      silenceURL: 'javascript:alert(1)',
      valueString: "[ var='A' value=3 ]",
    }
    expect(read(more)).toMatchObject({
      fingerprint: 'c6eadffa33fcdf37',
      state: 'firing',
      title: 'Load is high',
      description: 'for ten minutes',
      severity: 'high',
      service: 'shop',
      host: 'web-1',
      annotations: { values: "[ var='A' value=3 ]" },
      links: [
        { title: 'Dashboard', url: 'https://grafana.example/d/a' },
        { title: 'Rule', url: 'https://grafana.example/alerting/grafana/a/view' },
        { title: 'Grafana', url: 'https://grafana.example/' },
      ],
      startsAt: Date.parse('2026-11-20T09:00:00Z'),
      endsAt: undefined,
    })
    expect(sender.keyOf(group([alert()]))).toBeUndefined()
  })

  test('a recovery is resolved, with the same fingerprint and no reason', () => {
    const resolved = read({ status: 'resolved', endsAt: '2026-11-20T11:00:00Z' })
    expect(resolved).toMatchObject({
      fingerprint: read().fingerprint,
      state: 'resolved',
      endsAt: Date.parse('2026-11-20T11:00:00Z'),
    })
    expect(resolved).not.toHaveProperty('withdrawn')
  })

  test.each([
    ['Updated', /edited/],
    ['Paused', /paused/],
    ['RuleDeleted', /deleted/],
    ['MissingSeries', /series/],
    ['NoData', /no data/],
    ['Error', /fails/],
    ['Error, KeepLast', /Error, KeepLast/],
  ])('resolved because of %s is no recovery', (reason, words) => {
    const annotations = { summary: 'x', grafana_state_reason: reason }
    expect(read({ status: 'resolved', annotations }).withdrawn).toMatch(words)
    expect(read({ status: 'firing', annotations })).not.toHaveProperty('withdrawn')
  })

  test('an alert about the alerting itself names the rule and is low', () => {
    const labels = { alertname: 'DatasourceNoData', rulename: 'HighLoad', severity: 'critical' }
    expect(read({ labels })).toMatchObject({
      title: 'HighLoad: its query has no data',
      severity: 'low',
    })
    const annotations = { summary: 'Load is high', Error: 'connection refused' }
    const failing = { ...labels, alertname: 'DatasourceError' }
    expect(read({ labels: failing, annotations })).toMatchObject({
      title: 'HighLoad: its query fails',
      description: 'connection refused',
    })
  })

  test('the test button sends half an address, and its alert goes away by itself', () => {
    const labels = { alertname: 'TestAlert', instance: 'Grafana' }
    const half = read({ labels, generatorURL: '?orgId=1' })
    expect(half.links).toContainEqual({ title: 'Rule', url: 'https://grafana.example/?orgId=1' })
    expect(half.quietMs).toBe(900_000)
    expect(read({ generatorURL: '?orgId=1' }, { externalURL: '' }).links).toEqual([])
    expect(read()).not.toHaveProperty('quietMs')
  })

  test('an alert without a name has that of its group, and one without labels its fingerprint', () => {
    expect(read({ labels: {}, annotations: {} }).title).toBe('[FIRING:1] HighLoad')
    expect(read({ labels: undefined, annotations: null }).fingerprint).toBe('c6eadffa33fcdf37')
    const { signals, note } = sender.read(
      group([alert(), { status: 'firing' }], { truncatedAlerts: 3 }),
    )
    expect(signals).toHaveLength(1)
    expect(note).toMatch(/left out 3 more.*1 without labels/)
  })

  test.each([
    ['ok', 'resolved', 'Load'],
    ['paused', 'resolved', 'Load'],
    ['alerting', 'firing', 'Load'],
    ['no_data', 'firing', 'Load: its query has no data'],
  ])('the old alerting: %s is %s', (state, told, title) => {
    const body = {
      ruleId: 7,
      state,
      title: '[Alerting] Load',
      evalMatches: null,
      tags: { severity: 'page' },
    }
    const [signal] = sender.read(body).signals
    expect(signal).toMatchObject({ fingerprint: '7', state: told, title, startsAt: NOW })
    expect(signal!.severity).toBe(state === 'no_data' ? 'low' : 'critical')
    expect(signal!.withdrawn).toBe(
      state === 'paused' ? 'its rule was paused in Grafana' : undefined,
    )
  })

  test('the old alerting: pending is ignored', () => {
    expect(sender.read({ ruleId: 7, state: 'pending' })).toMatchObject({
      signals: [],
      ignored: expect.stringMatching(/long enough/) as string,
    })
  })

  test.each([[{}], [null], [[]], [{ alerts: {} }], [{ alerts: [{}] }], [{ evalMatches: [] }]])(
    '%j is refused',
    (body) => {
      expect(() => sender.read(body)).toThrow(Unreadable)
    },
  )

  firesAndIsResolved('grafana', TEST_ALERT)

  keepsItsPromises('grafana', [
    group([
      alert({ dashboardURL: 'https://grafana.example/d/a', valueString: 'a' }),
      alert({
        status: 'resolved',
        endsAt: '2026-11-20T11:00:00Z',
        annotations: { grafana_state_reason: 'Updated' },
      }),
    ]),
    group([alert({ labels: { alertname: 'DatasourceError', rulename: 'a' } })]),
    {
      ruleId: 7,
      ruleName: 'a',
      ruleUrl: 'https://a.example',
      state: 'alerting',
      title: '[Alerting] Load',
      evalMatches: [{ metric: 'a', value: 1, tags: { a: 'b' } }],
      tags: { severity: 'page' },
    },
  ])
})

describe('the signature of Grafana', () => {
  const secret = 'opdesk-test-secret'
  const secrets = [secret]
  const body = Buffer.from('{"hello":"wörld"}')
  const plain = {
    'x-grafana-alerting-signature':
      '08ab51d1bd6994df2129a207e7c0b8b049f844e194c8d651637d273064ec0a1f',
  }
  const timed = {
    'x-grafana-alerting-timestamp': '1763632800',
    'x-grafana-alerting-signature':
      'f9ccfa5654605905bc5da51ee819a7506abec203942777d39b27a1114d1e0243',
  }
  const settings = SourceSettings.parse({ timestampHeader: 'X-Grafana-Alerting-Timestamp' })
  const then = 1_763_632_800_000

  test('fits the body', async () => {
    expect(await sender.proofs({ headers: plain, body, secrets })).toEqual(ONLY_THE_RIGHT_ONE)
  })
  test('fits the time and the body once a header for the time is named', async () => {
    expect(
      await sender.proofs({ headers: timed, body, secrets, settings, now: then + 299_000 }),
    ).toEqual(ONLY_THE_RIGHT_ONE)
  })
  test('may stand in a header of another name', async () => {
    const headers = { 'x-our-signature': hmac(secret, String(body)) }
    const named = SourceSettings.parse({ signatureHeader: 'X-Our-Signature' })
    expect(await sender.proofs({ headers, body, secrets, settings: named })).toEqual(
      ONLY_THE_RIGHT_ONE,
    )
  })

  test.each([
    ['too old', timed, then + 301_000],
    ['ahead of us', timed, then - 301_000],
    [
      'without its time',
      { 'x-grafana-alerting-signature': timed['x-grafana-alerting-signature'] },
      then,
    ],
    ['with another time', { ...timed, 'x-grafana-alerting-timestamp': '1763632801' }, then],
    ['of the body alone', { ...timed, ...plain }, then],
  ])('is refused when it is %s', (_, headers, now) => {
    const told = sender.check({ headers, body, secrets, settings, now })
    expect(told).toMatchObject({ ok: false, reason: expect.not.stringMatching(/^unsigned$/) })
  })
})
