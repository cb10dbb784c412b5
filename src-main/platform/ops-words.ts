/** Function words, and words every alert and every runbook uses. `no` and `not` stay: "no leader" is not "leader". */
const STOP = new Set(
  (
    'a an and any are as at be been being but by can could did do does for from had has have if in into is it its ' +
    'may might more most of on or our out per please should since so some such than that the their them then there ' +
    'these they this those to too until was we were what when where which while who why will with would you your also ' +
    'about after all between both each just only other same very within labels alert alerts value firing fires fired ' +
    'second seconds minute minutes min mins hour hours day days week weeks since last'
  ).split(' '),
)

/** Is it a word that says nothing by itself? Lower case. */
export function isFunctionWord(word: string): boolean {
  return STOP.has(word)
}

/** Different spellings of one thing in operations; the right side is what is compared. */
const SAME: Readonly<Record<string, string>> = {
  k8s: 'kubernetes',
  kube: 'kubernetes',
  pg: 'postgresql',
  postgres: 'postgresql',
  psql: 'postgresql',
  mem: 'memory',
  err: 'error',
  errs: 'error',
  failure: 'fail',
  failures: 'fail',
  config: 'configuration',
  configs: 'configuration',
  conf: 'configuration',
  cfg: 'configuration',
  conn: 'connection',
  conns: 'connection',
  req: 'request',
  reqs: 'request',
  cert: 'certificate',
  certs: 'certificate',
  ssl: 'tls',
  db: 'database',
  dbs: 'database',
  repl: 'replication',
  ro: 'readonly',
  msg: 'message',
  msgs: 'message',
  svc: 'service',
  filesystem: 'fs',
  filesystems: 'fs',
  auth: 'authentication',
  util: 'utilization',
  utilisation: 'utilization',
  usage: 'utilization',
  avg: 'average',
  num: 'number',
  latencies: 'latency',
  mgr: 'manager',
  ctrl: 'controller',
  info: 'information',
}

/** Words that say nearly the same thing about a system; sharing one of a line counts for less than sharing the word. */
const RELATED = [
  'down absent disappear missing unavailable unreachable',
  'low less few insufficient below',
  'high exceed above many excessive elevated',
  'slow latency delay lag',
  'full space fill exhaust capacity utilization',
  'fail error unsuccessful broken',
  'crash restart loop panic',
  'stuck pending hang wait block',
  'mismatch different inconsistent diverge',
  'limit threshold quota maximum throttle',
  'expire expiry expiration renew',
  'unhealthy degraded',
  'unready ready',
  'reject drop discard lost',
  'multiple several',
  'evict preempt kill',
  'invalid bad malformed incorrect wrong misconfigured',
  'lead leader leadership',
  'corrupt corruption',
  'compact compaction compactor',
  'replica replication replicate',
  'near close approach reach',
  'sync synchronize synchronization',
  'disk storage volume device',
  'schedule scheduled scheduler unschedulable',
  'truncate truncation',
  'allocate allocation',
  'evaluate evaluation',
  'detect detection',
]

/** Short forms and what they stand for: both are compared. */
const LONG: Readonly<Record<string, string>> = {
  pvc: 'persistent volume claim',
  persistentvolumeclaim: 'persistent volume claim',
  pv: 'persistent volume',
  persistentvolume: 'persistent volume',
  oom: 'out memory',
  hpa: 'horizontal pod autoscaler',
  horizontalpodautoscaler: 'horizontal pod autoscaler',
  pdb: 'pod disruption budget',
  poddisruptionbudget: 'pod disruption budget',
  mco: 'machine config operator',
  mcd: 'machine config daemon',
  mcc: 'machine config controller',
  vm: 'virtual machine',
  vmi: 'virtual machine instance',
  virtualmachine: 'virtual machine',
  virtualmachineinstance: 'virtual machine instance',
  cnpg: 'cloudnative postgresql',
  cloudnativepg: 'cloudnative postgresql',
  wal: 'write ahead log',
  cr: 'custom resource',
  crd: 'custom resource definition',
  lb: 'load balancer',
  nic: 'network interface',
  ha: 'high availability',
  fsync: 'disk sync',
  cpu: 'processor',
  rps: 'requests rate',
  qps: 'queries rate',
  slo: 'error budget',
  ci: 'continuous integration',
  csi: 'container storage interface',
  daemonset: 'daemon set',
  statefulset: 'stateful set',
  replicaset: 'replica set',
  crashloop: 'crash loop',
  crashlooping: 'crash loop',
  crashloopbackoff: 'crash loop',
}

const SPLIT = /[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+[xX]{2}|\d+/g

/** Names whose capitals do not begin a new word. */
const BRANDS =
  /PostgreSQL|MySQL|NoSQL|MariaDB|MongoDB|CockroachDB|DynamoDB|InfluxDB|RabbitMQ|GraphQL|GitHub|GitLab|IPv[46]|macOS/g

/** The parts of an identifier: `KubePodOOMKilled_total` → kube, pod, oom, killed, total. */
export function splitIdentifier(text: string): string[] {
  const plain = text.replace(BRANDS, (name) => name[0]! + name.slice(1).toLowerCase())
  return (plain.match(SPLIT) ?? []).map((part) => part.toLowerCase())
}

/** Ends of words, tried in order, one of a line: enough that fail, fails, failed and failing are one word. */
const ENDINGS: readonly (readonly [pattern: RegExp, least: number, cut: number, put: string])[][] =
  [
    [
      [/ies$/, 5, 3, 'y'],
      [/(ss|sh|ch|x|z)es$/, 5, 2, ''],
      [/[^su]s$|[^suai]is$/, 4, 1, ''],
    ],
    [
      [/ing$/, 6, 3, ''],
      [/ed$/, 5, 2, ''],
    ],
  ]

/** The part of a word that its forms share. Light: it joins inflections, not meanings. */
export function stem(word: string): string {
  if (word.length < 4) return word
  let w = word
  for (const endings of ENDINGS) {
    const found = endings.find(([pattern, least]) => w.length >= least && pattern.test(w))
    if (found) w = undouble(w.slice(0, -found[2])) + found[3]
  }
  if (w.length > 6 && w.endsWith('tion')) w = w.slice(0, -3)
  return w.length > 3 && w.endsWith('e') ? w.slice(0, -1) : w
}
function undouble(w: string): string {
  return /([bdfgmnprt])\1$/.test(w) ? w.slice(0, -1) : w
}

/** What a text is compared by, in its order: identifiers split, one spelling, stems; no numbers, no function words. */
export function wordsOf(text: string): string[] {
  const found: string[] = []
  for (const surface of splitIdentifier(text)) for (const word of wordsIn(surface)) found.push(word)
  return found
}

/** The same with the spelling each word came from, for showing it to a person. */
export function surfacesOf(text: string): { word: string; surface: string }[] {
  const found: { word: string; surface: string }[] = []
  for (const surface of splitIdentifier(text))
    for (const word of wordsIn(surface)) found.push({ word, surface })
  return found
}

/** Texts say the same few thousand words again and again. The number and the length have an end: texts are hostile. */
const known = new Map<string, readonly string[]>()
const MOST_KNOWN = 20_000
const LONGEST_KNOWN = 40

function wordsIn(surface: string): readonly string[] {
  const found = known.get(surface)
  if (found) return found
  const words = spellOut(surface)
  if (surface.length <= LONGEST_KNOWN && known.size < MOST_KNOWN) known.set(surface, words)
  return words
}

/** None, the word itself, or with it what it is short for. */
function spellOut(surface: string): string[] {
  if (surface.length < 2 || STOP.has(surface) || /^\d+$/.test(surface)) return []
  const long = longFormOf(surface) ?? longFormOf(surface.replace(/s$/, ''))
  return [surface, ...(long?.split(' ') ?? [])].map(toWord)
}

/**
 * Addresses, host names and names that a machine made: `10.0.0.7:9100`, `web-2.prod.local`, `mailer-a5208bdbe-e4556`,
 * `worker-3`. Every repetition has an end: the texts are hostile and must not cost square time.
 */
const INSTANCES = new RegExp(
  [
    String.raw`https?:\/\/\S{1,2000}`,
    String.raw`\b\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?\b`,
    String.raw`\b[\w-]{1,63}(\.[\w-]{1,63}){0,8}\.(net|com|org|io|local|internal|svc|uk)\b`,
    String.raw`\b[a-z0-9-]{0,60}-[0-9a-f]{6,10}-[0-9a-z]{5}\b`,
    String.raw`\b[a-z]{1,40}(-[a-z]{1,40}){0,6}-\d{1,12}\b`,
  ].join('|'),
  'g',
)

/** A text without the names of the things it is about, which say where and not what. */
export function withoutInstances(text: string): string {
  return text.replace(INSTANCES, ' ')
}

/** Neighbours written as one: `mac pool` → macpool, so that it meets `Macpool`. */
export function joinedWordsOf(text: string): string[] {
  const parts = splitIdentifier(text).filter((part) => part.length > 1)
  return parts.slice(1).map((part, n) => parts[n]! + part)
}

const related = new Map<string, Set<string>>()
for (const line of RELATED) {
  const group = wordsOf(line)
  for (const word of group) {
    const others = related.get(word) ?? new Set()
    for (const other of group) if (other !== word) others.add(other)
    related.set(word, others)
  }
}
const NONE: ReadonlySet<string> = new Set()

/** Words of nearly the same meaning; the word must come from `wordsOf`. */
export function relatedTo(word: string): ReadonlySet<string> {
  return related.get(word) ?? NONE
}

function longFormOf(surface: string): string | undefined {
  return Object.hasOwn(LONG, surface) ? LONG[surface] : undefined
}

function toWord(surface: string): string {
  return stem(Object.hasOwn(SAME, surface) ? SAME[surface]! : surface)
}
