import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '#platform/database'
import { stores } from '#platform/stores.suite'
import { ada, anyBody, openWorld, send, type World } from './intake-world.suite'

interface Described {
  openapi: string
  paths: Record<string, Record<string, { responses?: Record<string, unknown> }>>
}
let database: Database
let world: World
let base: string
let described: Described

beforeAll(async () => {
  database = await stores[0]!.open()
  world = await openWorld(database)
  await world.intake.start()
  base = (await world.intake.listener({}, ada)).address
  described = (await anyBody(`${base}/openapi.json`)) as Described
})
afterAll(async () => {
  await world.close()
  await database.close()
})

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']

test('the listener describes itself in OpenAPI 3.1', () => {
  expect(described.openapi).toBe('3.1.0')
  expect(Object.keys(described.paths)).toEqual([
    '/hooks/{source}/{token}',
    '/hooks/{source}',
    '/openapi.json',
  ])
})

test('each method that is described is answered, and no other one is', async () => {
  const { pathname } = new URL(await world.urlOf('alertmanager'))
  const token = pathname.split('/').at(-1)!
  const places: [string, string, Record<string, string>][] = [
    ['/hooks/{source}/{token}', pathname, {}],
    ['/hooks/{source}', pathname.replace(/\/[^/]+$/, ''), { 'x-quarterdeck-token': token }],
    ['/openapi.json', '/openapi.json', {}],
  ]
  for (const [path, address, headers] of places) {
    const known = described.paths[path]!
    for (const method of METHODS) {
      const { status } = await send(`${base}${address}`, '', { method, headers })
      const isDescribed =
        known[method.toLowerCase()] !== undefined || (method === 'HEAD' && known['get'])
      const answered = status !== 404 && (status !== 405 || method === 'OPTIONS')
      expect([path, method, answered]).toEqual([path, method, Boolean(isDescribed)])
    }
  }
})

test('what it answers is described', async () => {
  const url = await world.urlOf('alertmanager')
  const { responses } = described.paths['/hooks/{source}/{token}']!['post']!
  const statuses = await Promise.all([
    send(url, '{"alerts": []}'),
    send(url, '{'),
    send(url.replace(/[^/]+$/, 'wrong'), '{}'),
    send(url.replace('/alertmanager/', '/nobody/'), '{}'),
    send(url, '{}', { headers: { origin: 'https://evil.example' } }),
    send(url, 'x', { headers: { 'content-type': 'image/png' } }),
  ])
  for (const { status } of statuses) expect(Object.keys(responses!)).toContain(String(status))
})
