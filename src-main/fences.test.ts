import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** Each fence is broken on purpose, in a copy of the house's rules with a few tiny rooms, and must turn red. */
const ROOT = join(import.meta.dirname, '..')
const RULES = [
  'package.json',
  'tsconfig.json',
  '.oxlintrc.json',
  '.oxfmtrc.json',
  '.dependency-cruiser.mjs',
  '.gitignore',
]
const PROJECTS = ['src-preload/contract', 'src-preload', 'src-main', 'src-renderer', 'e2e']

const GOOD: Record<string, string> = {
  'src-preload/contract/index.ts': `import { z } from 'zod'\n\nexport const Name = z.string()\n`,
  'src-preload/index.ts': `export const door = 'closed'\n`,
  'src-main/platform/clock.ts': `export function now(): number {\n  return Date.now()\n}\n`,
  'src-main/domains/audit/index.ts': `export const audit = 'audit'\n`,
  'src-main/domains/tickets/ticket.ts': `export const ticket = 'ticket'\n`,
  'src-main/domains/tickets/index.ts': `export { ticket } from './ticket'\n`,
  'src-main/domains/intake/index.ts': `import { ticket } from '#domains/tickets'\n\nexport const intake = ticket\n`,
  'src-renderer/bridge/api.ts': `export const api = 'api'\n`,
  'src-renderer/ui/button.tsx': `export const button = 'button'\n`,
  'src-renderer/features/tickets/index.ts': `export { button } from '#ui/button'\n`,
  'src-renderer/features/runs/index.ts': `export const runs = 'runs'\n`,
  'e2e/journey.e2e.ts': `export const journey = 'journey'\n`,
}

describe('the fences', () => {
  let house: string

  beforeAll(() => {
    house = mkdtempSync(join(tmpdir(), 'qd-fences-'))
    for (const rule of RULES) cpSync(join(ROOT, rule), join(house, rule))
    for (const project of PROJECTS) {
      mkdirSync(join(house, project), { recursive: true })
      cpSync(join(ROOT, project, 'tsconfig.json'), join(house, project, 'tsconfig.json'))
    }
    mkdirSync(join(house, 'node_modules'))
    for (const name of [
      'zod',
      '@types',
      'vite',
      'kysely',
      'electron',
      'oxlint-tsgolint',
      '@oxlint-tsgolint',
      'typescript',
      '@typescript',
    ]) {
      symlinkSync(join(ROOT, 'node_modules', name), join(house, 'node_modules', name))
    }
    for (const [path, text] of Object.entries(GOOD)) write(path, text)
  })
  afterAll(() => rmSync(house, { recursive: true }))

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(house, path)), { recursive: true })
    writeFileSync(join(house, path), text)
  }

  function run(tool: string, ...args: string[]) {
    const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules', '.bin', tool), args, {
      cwd: house,
      encoding: 'utf8',
    })
    return { status, text: stdout + stderr }
  }

  /** Puts a bad file in the house, asks the tool, and takes the file out again. */
  function breaking(path: string, text: string, tool: string, ...args: string[]) {
    write(path, text)
    try {
      return run(tool, ...args)
    } finally {
      if (path in GOOD) write(path, GOOD[path]!)
      else rmSync(join(house, path))
    }
  }

  const cruise = ['depcruise', 'src-main', 'src-renderer', 'src-preload'] as const

  test('are green for a house in order, and saw its modules', () => {
    const cruised = run(...cruise)
    expect(cruised.text).toMatch(/no dependency violations found \([1-9]\d* modules/)
    expect(run('tsc', '-b').text).toBe('')
    expect(run('oxlint').status).toBe(0)
    expect(run('oxfmt', '--check', '.').status).toBe(0)
  })

  test.each([
    [
      'a domain that looks up',
      'src-main/domains/tickets/up.ts',
      `import { intake } from '#domains/intake'\n\nexport const up = intake\n`,
      /floor-/,
    ],
    [
      'a half that takes from the other',
      'src-renderer/ui/steal.tsx',
      `import { now } from '../../src-main/platform/clock'\n\nexport const steal = now\n`,
      /halves-meet/,
    ],
    [
      'a contract that needs more than zod',
      'src-preload/contract/more.ts',
      `import { readFileSync } from 'node:fs'\n\nexport const more = readFileSync\n`,
      /contract-stands-alone/,
    ],
    [
      'a platform that knows a domain',
      'src-main/platform/up.ts',
      `import { audit } from '#domains/audit'\n\nexport const up = audit\n`,
      /platform-knows/,
    ],
    [
      'electron outside its host',
      'src-main/domains/audit/window.ts',
      `import { app } from 'electron'\n\nexport const window = app\n`,
      /only-hosts/,
    ],
    [
      'SQL outside a repository',
      'src-main/domains/audit/service.ts',
      `import { sql } from 'kysely'\n\nexport const service = sql\n`,
      /sql-stays/,
    ],
    [
      'a design system that knows a feature',
      'src-renderer/ui/knows.tsx',
      `import { runs } from '#features/runs'\n\nexport const knows = runs\n`,
      /ui-knows/,
    ],
    [
      'features that are no strangers',
      'src-renderer/features/runs/near.ts',
      `import { button } from '#features/tickets'\n\nexport const near = button\n`,
      /features-are-strangers/,
    ],
    [
      'a circle',
      'src-main/domains/tickets/ticket.ts',
      `import { ticket as other } from '.'\n\nexport const ticket: string = other\n`,
      /no-circles/,
    ],
  ])('dependency-cruiser sees %s', (_, path, text, rule) => {
    const { status, text: said } = breaking(path, text, ...cruise)
    expect(said).toMatch(rule)
    expect(status).not.toBe(0)
  })

  test.each([
    [
      'a path past a face',
      'src-main/domains/intake/deep.ts',
      `import { ticket } from '#domains/tickets/ticket'\n\nexport const deep = ticket\n`,
      /TS2307/,
    ],
    [
      'Node in the contract',
      'src-preload/contract/node.ts',
      `export const here = process.cwd()\n`,
      /TS2580|TS2591|TS2304/,
    ],
    [
      'a wrong type',
      'src-main/platform/wrong.ts',
      `export const wrong: number = 'text'\n`,
      /TS2322/,
    ],
  ])('the compiler sees %s', (_, path, text, code) => {
    const { status, text: said } = breaking(path, text, 'tsc', '-b')
    expect(said).toMatch(code)
    expect(status).not.toBe(0)
  })

  test.each([
    ['a default export', `export default 1\n`, /no-default-export/],
    [
      'a forgotten promise',
      `async function work(): Promise<void> {}\n\nexport function start(): void {\n  work()\n}\n`,
      /no-floating-promises/,
    ],
    [
      'an any',
      `export function take(value: any): unknown {\n  return value\n}\n`,
      /no-explicit-any/,
    ],
    [
      'a long file',
      `${Array.from({ length: 310 }, (_, n) => `export const line${n} = ${n}`).join('\n')}\n`,
      /max-lines/,
    ],
  ])('oxlint sees %s', (_, text, rule) => {
    const { status, text: said } = breaking('src-main/platform/bad.ts', text, 'oxlint')
    expect(said).toMatch(rule)
    expect(status).not.toBe(0)
  })

  test('oxfmt sees an unformatted file', () => {
    expect(
      breaking('src-main/platform/bad.ts', 'export const  x=1;\n', 'oxfmt', '--check', '.').status,
    ).not.toBe(0)
  })
})
