#!/usr/bin/env node
// Plain JavaScript for any Node: finds a Node that can carry Quarterdeck before anything of it is loaded, because
// better-sqlite3 13 ends an older one with a bare segmentation fault.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const OLDEST = 22
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const program = join(root, 'out', 'main', 'cli.js')
const major = Number(process.versions.node.split('.')[0])

if (!existsSync(program)) {
  fail('Quarterdeck is not built yet. Run `npm run build` in its folder first.')
} else if (major < OLDEST) {
  const better = findNode()
  if (!better)
    fail(
      `Quarterdeck needs Node ${OLDEST} or newer; this is ${process.version}. Run \`npm ci\` in its folder: it brings Node 24.`,
    )
  else runUnder(better)
} else {
  await import(program)
}

/** The better Node does the work; this process only stands in for it: same output, same signals, same end. */
function runUnder(node) {
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' })
  process.on('SIGINT', () => {}) // the terminal tells the whole group, so the child has heard it already
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 1
    if (!signal) return
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

function findNode() {
  try {
    const found = join(
      dirname(createRequire(import.meta.url).resolve('node/package.json')),
      'bin',
      'node',
    )
    return [found, `${found}.exe`].find(existsSync)
  } catch {
    return undefined
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exitCode = 1
}
