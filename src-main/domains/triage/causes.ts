import type { Triage } from '#contract/triage'
import { wordsOf } from '#platform/ops-words'

type Cause = Triage['causes'][number]

/** A family of faults: how it is recognised, and what is usually behind it with how often, from SRE practice. */
interface Family {
  readonly name: string
  readonly signs: readonly string[]
  readonly causes: readonly {
    readonly title: string
    readonly share: number
    readonly hints: readonly string[]
  }[]
}

const FAMILIES: readonly Family[] = [
  {
    name: 'service not answering',
    signs: [
      'hung',
      'unresponsive',
      'timeout',
      'answer',
      'probe',
      'down',
      'unreachable',
      'refused',
      'instance',
      'target',
    ],
    causes: [
      {
        title: 'The process hangs: a deadlock or a blocked event loop',
        share: 3,
        hints: ['hung', 'timeout', 'open', 'answer'],
      },
      {
        title: 'The process has ended',
        share: 3,
        hints: ['refused', 'crash', 'exit', 'failed', 'restart', 'down'],
      },
      {
        title: 'Something it depends on does not answer',
        share: 2,
        hints: ['upstream', 'pool', 'database', 'dependency', 'gateway'],
      },
      {
        title: 'The host or the network between is gone',
        share: 1,
        hints: ['host', 'network', 'unreachable', 'node'],
      },
    ],
  },
  {
    name: 'errors',
    signs: ['5xx', '500', '502', '503', '504', 'error', 'exception', 'fail'],
    causes: [
      {
        title: 'A change that was just deployed',
        share: 3,
        hints: ['deployment', 'release', 'version', 'rollout', 'typeerror'],
      },
      {
        title: 'A dependency fails',
        share: 3,
        hints: ['502', '503', '504', 'upstream', 'gateway', 'timeout'],
      },
      { title: 'Overload', share: 1, hints: ['queue', 'load', 'saturation', 'limit', 'throttle'] },
    ],
  },
  {
    name: 'disk',
    signs: ['disk', 'filesystem', 'space', 'inode', 'quota', 'volume', 'storage'],
    causes: [
      {
        title: 'Logs that are rotated but never removed',
        share: 3,
        hints: ['log', 'quota', 'journal', 'var'],
      },
      { title: 'Files that are deleted but still held open', share: 1, hints: ['deleted', 'open'] },
      {
        title: 'Data that grows as it should: the volume is too small',
        share: 2,
        hints: ['data', 'volume', 'predict', 'growth', 'database'],
      },
    ],
  },
  {
    name: 'memory',
    signs: ['memory', 'oom', 'swap', 'rss', 'heap'],
    causes: [
      {
        title: 'A process that leaks',
        share: 3,
        hints: ['leak', 'rss', 'heap', 'process', 'growth'],
      },
      {
        title: 'More work than the machine is made for',
        share: 2,
        hints: ['load', 'request', 'limit', 'container'],
      },
    ],
  },
  {
    name: 'processor',
    signs: ['cpu', 'load', 'throttle', 'saturation'],
    causes: [
      { title: 'One process that runs away', share: 3, hints: ['process', 'loop', 'runaway'] },
      { title: 'More work than usual', share: 2, hints: ['request', 'traffic', 'load', 'job'] },
      { title: 'A limit that is too low', share: 1, hints: ['throttle', 'limit', 'quota'] },
    ],
  },
  {
    name: 'database lock',
    signs: ['lock', 'locked', 'deadlock', 'blocked', 'transaction'],
    causes: [
      {
        title: 'A long transaction that nobody ends',
        share: 4,
        hints: ['job', 'report', 'idle', 'batch', 'transaction'],
      },
      {
        title: 'A schema change or maintenance that waits',
        share: 1,
        hints: ['vacuum', 'alter', 'migration', 'index'],
      },
    ],
  },
  {
    name: 'database connections',
    signs: ['connection', 'pool', 'max', 'postgresql', 'mysql', 'mariadb'],
    causes: [
      {
        title: 'Connections that are opened and not given back',
        share: 3,
        hints: ['idle', 'leak', 'transaction', 'pool'],
      },
      {
        title: 'More clients than planned',
        share: 2,
        hints: ['deployment', 'replica', 'client', 'scale'],
      },
    ],
  },
  {
    name: 'replication',
    signs: ['replication', 'replica', 'lag', 'standby', 'wal', 'slot'],
    causes: [
      {
        title: 'The replica cannot keep up with the writes',
        share: 2,
        hints: ['lag', 'write', 'slow'],
      },
      {
        title: 'A long query on the replica holds it up',
        share: 2,
        hints: ['query', 'conflict', 'long'],
      },
      {
        title: 'The line between them is broken',
        share: 2,
        hints: ['stop', 'disconnected', 'network', 'slot'],
      },
    ],
  },
  {
    name: 'certificate',
    signs: ['certificate', 'tls', 'expiry', 'expire', 'x509'],
    causes: [
      {
        title: 'The renewal did not run or failed',
        share: 4,
        hints: ['renew', 'certbot', 'acme', 'expire'],
      },
      {
        title: 'It was renewed, and the service still serves the old one',
        share: 2,
        hints: ['reload', 'serve'],
      },
    ],
  },
  {
    name: 'latency',
    signs: ['latency', 'slow', 'p99', 'p95', 'apdex', 'duration'],
    causes: [
      {
        title: 'A slow dependency, often the database',
        share: 3,
        hints: ['database', 'query', 'upstream'],
      },
      {
        title: 'Saturation: processor, pool or queue',
        share: 2,
        hints: ['cpu', 'pool', 'queue', 'load'],
      },
      {
        title: 'A change that was just deployed',
        share: 2,
        hints: ['deployment', 'release', 'version'],
      },
    ],
  },
  {
    name: 'pods',
    signs: [
      'pod',
      'crashloop',
      'container',
      'kubernetes',
      'deployment',
      'statefulset',
      'daemonset',
      'node',
    ],
    causes: [
      {
        title: 'The program ends at its start: configuration or a missing dependency',
        share: 3,
        hints: ['crashloop', 'restart', 'configuration', 'secret'],
      },
      { title: 'It is killed for its memory', share: 2, hints: ['oom', 'memory', 'kill'] },
      {
        title: 'It cannot be scheduled',
        share: 1,
        hints: ['pending', 'unschedulable', 'replica', 'mismatch'],
      },
    ],
  },
  {
    name: 'queue',
    signs: ['queue', 'backlog', 'consumer', 'kafka', 'rabbitmq', 'lag'],
    causes: [
      {
        title: 'The consumers stand still or fail',
        share: 3,
        hints: ['consumer', 'error', 'stop', 'stuck'],
      },
      {
        title: 'More comes in than they take',
        share: 2,
        hints: ['rate', 'burst', 'traffic', 'growth'],
      },
    ],
  },
  {
    name: 'backup',
    signs: ['backup', 'snapshot', 'cronjob', 'job'],
    causes: [
      {
        title: 'The job failed or did not start',
        share: 3,
        hints: ['fail', 'missing', 'late', 'old'],
      },
      { title: 'No room where it is written to', share: 1, hints: ['space', 'disk', 'quota'] },
    ],
  },
  {
    name: 'network',
    signs: ['network', 'dns', 'packet', 'interface', 'conntrack', 'resolve'],
    causes: [
      {
        title: 'A broken or overloaded link',
        share: 2,
        hints: ['error', 'drop', 'interface', 'packet'],
      },
      { title: 'Names are not resolved', share: 2, hints: ['dns', 'resolve', 'lookup'] },
      {
        title: 'A table or a limit of the host is full',
        share: 1,
        hints: ['conntrack', 'limit', 'full'],
      },
    ],
  },
]

/** A hint that is there counts as much as this many units of the usual share. */
const HINT_WEIGHT = 3
const SHOWN = 3

/**
 * Usual causes of this kind of fault, most likely first. The likelihoods are shares among those named, raised by words
 * that are there; they are a place to begin looking, not a measurement.
 */
export function likelyCauses(text: string): Cause[] {
  const said = new Set(wordsOf(text))
  const words = { has: (sign: string) => wordsOf(sign).some((word) => said.has(word)) } // both sides in one spelling
  const best = FAMILIES.map((family) => ({
    family,
    found: family.signs.filter((sign) => words.has(sign)),
  }))
    .filter(({ found }) => found.length > 0)
    .toSorted((a, b) => b.found.length - a.found.length)[0]
  if (!best) return []
  const weighed = best.family.causes.map(({ title, share, hints }) => {
    const seen = hints.filter((hint) => words.has(hint))
    return { title, weight: share + HINT_WEIGHT * seen.length, seen }
  })
  const all = weighed.reduce((sum, { weight }) => sum + weight, 0)
  return weighed
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, SHOWN)
    .map(({ title, weight, seen }) => ({
      title,
      likelihood: Math.round((weight / all) * 100) / 100,
      evidence:
        seen.length > 0
          ? `the alert says ${seen.join(', ')}`
          : `usual for ${best.family.name}: ${best.found.join(', ')}`,
    }))
}
