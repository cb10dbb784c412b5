import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { WebSocketServer } from 'ws'
import { SIGNATURE_HEADER } from '#bench/alerts'
import type { FloorOrder } from '#bench/floor'

interface Waiting {
  readonly body: Buffer
  readonly response: ServerResponse
}

process.once('disconnect', () => process.exit()) // the bench is gone
process.once('message', ({ folder, signedWith }: FloorOrder) => {
  const keep = createTable(join(folder, 'floor.db'))
  const server = createServer()
  const sockets = new WebSocketServer({ server, perMessageDeflate: false })
  sockets.on('connection', (socket) => {
    socket.on('message', (text, isBinary) => socket.send(text, { binary: isBinary }))
  })
  let waiting: Waiting[] = []
  const commit = () => {
    const group = waiting
    waiting = []
    const first = keep(group.map(({ body }) => body))
    for (const [n, { response }] of group.entries()) {
      response.writeHead(202, { 'content-type': 'application/json', 'content-length': 2 }).end('{}')
      for (const socket of sockets.clients) socket.send(String(first + n))
    }
  }
  server.on('request', (request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const body = Buffer.concat(pieces)
      if (signedWith !== undefined && !isSigned(request.headers, body, signedWith)) {
        response.writeHead(401).end()
        return
      }
      if (waiting.length === 0) setImmediate(commit)
      waiting.push({ body, response })
    })
  })
  server.listen(0, '127.0.0.1', () => {
    process.send!({ port: (server.address() as AddressInfo).port })
  })
})

function isSigned(headers: IncomingHttpHeaders, body: Buffer, secret: string): boolean {
  const given = Buffer.from(String(headers[SIGNATURE_HEADER]))
  const expected = Buffer.from(createHmac('sha256', secret).update(body).digest('hex'))
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** Keeps a group in one transaction; answers the number of the first. */
function createTable(path: string): (bodies: readonly Buffer[]) => number {
  const file = new Sqlite(path)
  file.pragma('journal_mode = WAL')
  file.pragma('synchronous = FULL')
  file.exec('create table deliveries (id integer primary key, received_at integer, body blob)')
  const insert = file.prepare('insert into deliveries (received_at, body) values (?, ?)')
  let last = 0
  return file.transaction((bodies: readonly Buffer[]) => {
    const first = last + 1
    for (const body of bodies) last = Number(insert.run(Date.now(), body).lastInsertRowid)
    return first
  })
}
