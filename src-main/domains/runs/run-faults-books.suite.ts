import { runbook, step } from './run-world.suite'

/** The same numbers for the same seed, from 0 up to 1 (mulberry32). */
export function createRandom(seed: number) {
  let state = seed
  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    shuffled: <T>(all: readonly T[]): T[] =>
      all
        .map((one) => ({ one, at: next() }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ one }) => one),
  }
}
export type Random = ReturnType<typeof createRandom>

/** A runbook and what it leaves on its targets when every step of it ran. */
export interface Book {
  readonly name: string
  readonly markdown: string
  /** Marks of steps that may run once only. */
  readonly once: readonly string[]
  /** Marks of steps that are declared safe to repeat. */
  readonly again: readonly string[]
  /** What it calls; not started by itself. */
  readonly parts: readonly { readonly name: string; readonly markdown: string }[]
}
type Piece = Omit<Book, 'name' | 'markdown'> & { readonly steps: string[]; readonly undo: string[] }

/** Hosts of the connections `web-1` to `web-3`, each another address of this machine. */
export const WEBS = ['127.0.0.2', '127.0.0.3', '127.0.0.4']
/** The one that `far` is. */
export const FAR = '127.0.0.1'

/** What a step is known by: its run and its name; with the host that it came over, where there are several. */
const HERE = '$(set -- $SSH_CONNECTION; echo $3)'

/** So many runbooks of all that a runbook can hold, in random order. Every other one is taken back at its end. */
export function writeBooks(random: Random, count: number, marks: string): Book[] {
  return Array.from({ length: count }, (_, run) => {
    const isTakenBack = run % 2 === 0
    const pieces = PIECES.map((make) => make(`r${run}`, marks, random))
    const chosen = random.shuffled(pieces).slice(0, 7)
    const steps = [
      ...chosen.flatMap((piece) => piece.steps),
      ...chosen.flatMap((piece) => piece.undo),
      step('up', { kind: 'check' }, 'uptime'),
    ]
    const verify = 'verify:\n  probe: up\n  holds: 2\n  every: 10ms\n  within: 10m\n'
    const once = chosen.flatMap((piece) => piece.once)
    return {
      name: `book-${run}`,
      markdown: runbook(steps, verify).replace('A test', isTakenBack ? 'back' : 'forth'),
      once: isTakenBack ? once : once.filter((mark) => !mark.includes('back-')),
      again: chosen.flatMap((piece) => piece.again),
      parts: chosen.flatMap((piece) => piece.parts),
    }
  })
}

type Make = (run: string, marks: string, random: Random) => Piece
const NOTHING: Piece = { steps: [], undo: [], once: [], again: [], parts: [] }

/** A change somewhere and what takes it back, each leaving its own mark. */
function changes(name: string, attributes: Record<string, string>, before = ''): Make {
  const places = attributes['fan'] ? WEBS.map((host) => `-${host}`) : ['']
  const here = attributes['fan'] ? `-${HERE}` : ''
  return (run, marks, random) => {
    const mark = (what: string) => `${before}sleep 0.02; echo ${run}-${what}${here} >> ${marks}`
    const proof = random.below(2) === 0 ? { verify: 'up' } : {}
    const own = { kind: 'change', undo: `back-${name}`, ...attributes, ...proof }
    return {
      ...NOTHING,
      steps: [step(name, own, mark(name))],
      undo: [step(`back-${name}`, { kind: 'change' }, mark(`back-${name}`))],
      once: places.flatMap((at) => [`${run}-${name}${at}`, `${run}-back-${name}${at}`]),
    }
  }
}

const waits = (name: string, attributes: Record<string, string>, text: string): Make => {
  return () => ({ ...NOTHING, steps: [step(name, attributes, text)] })
}

const PIECES: readonly Make[] = [
  changes('here', {}),
  changes('loud', {}, 'head -c 12000 /dev/zero | tr "\\0" x; '), // more than the store keeps of a step
  changes('far', { on: 'far' }),
  changes('distant', { on: 'far', before: 'up' }),
  changes('webs', { on: 'webs', fan: 'parallel' }),
  changes('rolled', { on: 'webs', fan: 'rolling:2' }),
  (run, marks) => ({
    ...NOTHING,
    steps: [
      step(
        'safe',
        { kind: 'change', idempotent: true, undo: 'none', on: 'far' },
        `sleep 0.02; echo ${run}-safe >> ${marks}`,
      ),
    ],
    again: [`${run}-safe`],
  }),
  (run, marks) => {
    const mark = (name: string) => `sleep 0.02; echo ${run}-${name} >> ${marks}`
    const steps = [
      step('inner', { kind: 'change', undo: 'back-inner' }, mark('inner')),
      step('rest', { kind: 'wait', timer: '5ms' }, 'A moment.'),
      step('back-inner', { kind: 'change' }, mark('back-inner')),
    ]
    return {
      ...NOTHING,
      steps: [step('call', { run: `part-${run}` }, 'As always.')],
      once: [`${run}-inner`, `${run}-back-inner`],
      parts: [{ name: `part-${run}`, markdown: runbook(steps) }],
    }
  },
  waits('look', { kind: 'check', on: 'webs', fan: 'parallel' }, 'uptime'),
  waits('moment', { kind: 'wait', timer: '10ms' }, 'A moment.'),
  waits('until', { kind: 'wait', until: 'up', every: '10ms' }, 'Until it is up.'),
  waits('consent', { kind: 'approval' }, 'May we go on?'),
  waits('tell', { kind: 'notify' }, 'We are at it.'),
  waits('hand', { kind: 'manual' }, 'By hand:\n\n- [ ] Call them\n- [ ] Wait for them'),
]
