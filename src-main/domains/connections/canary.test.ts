import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startConsole } from './console-process.suite'
import { sshdMissing, startSshd } from './sshd.suite'
import { type BridgeClient, connectBridge } from '#bench/bridge-client'
import type { Api } from '#contract'
import type { CredentialId } from '#contract/primitives'

// Plants secrets in a real console, uses them in every way that may fail, and searches every byte that it wrote.

const CANARIES = {
  passphrase: 'Canary-vault: fünf Wörter & "mehr"',
  password: `Canary-pw'"\\ +ä/<&>%7`,
  token: 'canarytoken0123456789ABCDEF/+==',
  webhook: 'canary-webhook-3141592653589793',
  keyPassphrase: 'Canary key phrase 2718281828',
  exported: 'Canary export phrase 1618033988',
  wrong: 'Canary wrong phrase 1414213562', // no vault knows it: it must simply never be kept
}

test('no secret is in any byte that the console wrote', { timeout: 180_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qd-canary-'))
  const data = join(folder, 'data')
  const key = makeKey(folder)
  const { wrong, ...kept } = CANARIES
  const shown = [...Object.values(kept), ...linesOf(key)].flatMap(encoded)
  writeFileSync(join(folder, 'printed'), shown.map(({ print }) => print).join('\n'))
  writeRunbooks(data, join(folder, 'printed'))
  const said: string[] = []
  const written: Buffer[] = []
  const started = await startConsole(data, CANARIES.passphrase)
  try {
    const client = await connectBridge(started.url)
    client.onNews((name, payload) => void said.push(JSON.stringify([name, payload])))
    await use(client, said, { key })
    written.push(...bytesIn(data)) // with what is not in the store's main file yet
    client.close()
  } finally {
    started.child.kill('SIGTERM')
    await once(started.child, 'exit')
  }
  written.push(...bytesIn(data), Buffer.from(started.printed()), Buffer.from(said.join('\n')))
  const searched = [...shown, ...encoded(wrong)].map(({ search }) => search)
  const found = searched.filter((form) => written.some((bytes) => bytes.includes(form)))
  rmSync(folder, { recursive: true })
  expect(found).toEqual([])
  expect(written.some((bytes) => bytes.includes('•••••'))).toBe(true) // they were printed, and masked
})

/** Everything that may go wrong with a secret, and what goes right. Each answer is kept, refusals too. */
async function use({ api }: BridgeClient, said: string[], { key }: { key: string }): Promise<void> {
  const ask = async <T>(answer: Promise<T>): Promise<T | undefined> => {
    try {
      const value = await answer
      said.push(JSON.stringify(value))
      return value
    } catch (error) {
      said.push(String(error))
      return undefined
    }
  }
  const { password, token, webhook, keyPassphrase, exported, wrong } = CANARIES
  const db = await ask(api.credentials.create({ name: 'db', kind: 'password', secret: password }))
  const api1 = await ask(api.credentials.create({ name: 'api', kind: 'token', secret: token }))
  const made = { name: 'deploy', kind: 'private_key', secret: key } as const
  await ask(api.credentials.create({ ...made, passphrase: wrong }))
  const deploy = await ask(api.credentials.create({ ...made, passphrase: keyPassphrase }))
  await ask(api.credentials.create({ name: 'db', kind: 'password', secret: password }))
  await ask(api.credentials.create({ name: 'bad', kind: 'private_key', secret: password }))
  await ask(api.credentials.unlock({ passphrase: wrong }))
  await ask(api.intake.addSource({ name: 'hub', kind: 'github', title: 'hub' }))
  await ask(api.intake.setSecret({ name: 'hub', secret: webhook }))
  await exportAndImport(api, ask, { exported, wrong })
  await failToPull(api, ask, [db!.id, api1!.id])
  await failToSignIn(api, ask, { db: db!.id, key: deploy!.id })
  await play(api, ask, 'print-secrets')
  await ask(api.credentials.rekey({ to: 'passphrase', passphrase: wrong }))
  await ask(api.credentials.rekey({ to: 'passphrase', passphrase: CANARIES.passphrase }))
  await ask(api.credentials.lock({}))
  await ask(api.audit.list({ limit: 200, text: '' }))
  await ask(api.credentials.leases({ id: db!.id, limit: 50 }))
}

type Ask = <T>(answer: Promise<T>) => Promise<T | undefined>

async function exportAndImport(
  { credentials }: Api,
  ask: Ask,
  { exported, wrong }: { exported: string; wrong: string },
): Promise<void> {
  const ids = (await credentials.list({})).map(({ id }) => id)
  const { file } = (await ask(credentials.exportAll({ ids, passphrase: exported })))!
  await ask(credentials.readExport({ file, passphrase: exported }))
  await ask(credentials.readExport({ file, passphrase: wrong }))
  await ask(credentials.importAll({ file, passphrase: exported, choices: {} }))
  await ask(credentials.importAll({ file: file.slice(9), passphrase: exported, choices: {} }))
}

/** An API that says no and repeats what it was sent. */
async function failToPull(api: Api, ask: Ask, ids: readonly CredentialId[]): Promise<void> {
  const server = createServer((request, response) => {
    response.writeHead(401, { 'x-you-sent': request.headers.authorization ?? '' })
    response.end(`You sent ${request.headers.authorization}`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await ask(api.intake.addSource({ name: 'am', kind: 'alertmanager', title: 'am' }))
  for (const credentialId of ids)
    await ask(
      api.pulls.test({
        source: 'am',
        url: `http://ada@127.0.0.1:${port}`,
        credentialId,
        enabled: false,
      }),
    )
  server.close()
}

/** A real host that lets nobody in with these. */
async function failToSignIn(api: Api, ask: Ask, ids: { db: CredentialId; key: CredentialId }) {
  if (sshdMissing) return
  const sshd = await startSshd(['PasswordAuthentication yes'])
  const { host, port, username, hostKey } = sshd
  const draft = { kind: 'ssh', host, port, username } as const
  const ways = [
    { name: 'by-password', auth: 'password', credentialId: ids.db },
    { name: 'by-key', auth: 'key', credentialId: ids.key },
  ] as const
  for (const way of ways) {
    const made = await ask(api.connections.create({ ...draft, ...way }))
    await ask(api.connections.trustHostKey({ id: made!.id, hostKey }))
    await play(api, ask, way.name)
  }
  await sshd.close()
}

/** Runs it to its end, and takes down how that was. */
async function play({ runs }: Api, ask: Ask, runbookId: string): Promise<void> {
  const run = await ask(runs.start({ runbookId }))
  for (let tries = 0; tries < 200; tries++) {
    const now = await runs.get({ id: run!.id })
    if (!['running', 'waiting'].includes(now.status)) {
      await ask(Promise.resolve(now))
      break
    }
    await sleep(50)
  }
}

function makeKey(folder: string): string {
  const file = join(folder, 'key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', CANARIES.keyPassphrase, '-f', file])
  return readFileSync(file, 'utf8')
}

const linesOf = (key: string) =>
  key.split('\n').filter((line) => line.length > 40 && !line.startsWith('-'))

function writeRunbooks(data: string, printed: string): void {
  mkdirSync(join(data, 'runbooks'), { recursive: true, mode: 0o700 })
  const books = [
    { name: 'print-secrets', target: 'local', script: `cat '${printed}'` },
    { name: 'by-password', target: 'by-password', script: 'uptime' },
    { name: 'by-key', target: 'by-key', script: 'uptime' },
  ]
  for (const { name, target, script } of books) {
    const step = `\`\`\`sh {"name":"step","qd.kind":"check"}\n${script}\n\`\`\``
    const text = `---\ntitle: ${name}\ntarget: ${target}\n---\n\n${step}\n`
    writeFileSync(join(data, 'runbooks', `${name}.md`), text)
  }
}

/** Written independently of what masks them. `print` is what a host might show, `search` what must not be found. */
function encoded(secret: string): { print: string; search: string }[] {
  const bytes = Buffer.from(secret)
  const json = JSON.stringify(secret).slice(1, -1)
  const whole = [
    secret,
    json,
    JSON.stringify(json).slice(1, -1),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
  ].map((form) => ({ print: `<${form}>`, search: form }))
  const inside = ['x', 'xy', 'xyz'].map((before) => {
    const text = Buffer.from(`${before}${secret}!`).toString('base64')
    return { print: `<${text}>`, search: text.slice(4, -4) }
  })
  return [...whole, ...inside]
}

function bytesIn(folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile() && !file.endsWith('.md'))
    .map((file) => readFileSync(file))
}
