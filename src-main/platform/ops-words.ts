/** Function words, and words every alert and every runbook uses. `no` and `not` stay: "no leader" is not "leader". */
const STOP = new Set(
  (
    'a an and any are as at be been being but by can could did do does for from had has have if in into is it its ' +
    'may might more most of on or our out per please should since so some such than that the their them then there ' +
    'these they this those to too until was we were what when where which while who why will with would you your also ' +
    'about after all between both each just only other same very within labels alert alerts value firing fires fired'
  ).split(' '),
)

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

/** The parts of an identifier: `KubePodOOMKilled_total` → kube, pod, oom, killed, total. */
export function splitIdentifier(text: string): string[] {
  return (text.match(SPLIT) ?? []).map((part) => part.toLowerCase())
}

/** A light stemmer: enough that fail, fails, failed and failing are one word. */
export function stem(word: string): string {
  if (word.length < 4) return word
  let w = word
  if (w.endsWith('ies') && w.length > 4) w = `${w.slice(0, -3)}y`
  else if (/(ss|sh|ch|x|z)es$/.test(w)) w = w.slice(0, -2)
  else if (w.endsWith('s') && !/(ss|us|is)$/.test(w)) w = w.slice(0, -1)
  if (w.endsWith('ing') && w.length > 5) w = undouble(w.slice(0, -3))
  else if (w.endsWith('ed') && w.length > 4) w = undouble(w.slice(0, -2))
  if (/(at|ct|pt|rt|it|t)ion$/.test(w) && w.length > 6) w = w.slice(0, -3)
  if (w.endsWith('e') && w.length > 3) w = w.slice(0, -1)
  return w
}
function undouble(w: string): string {
  return /([bdfgmnprt])\1$/.test(w) ? w.slice(0, -1) : w
}

/** What a text is searched by, in its order: identifiers split, one spelling, stems; no numbers, no function words. */
export function wordsOf(text: string): string[] {
  const found: string[] = []
  for (const word of splitIdentifier(text)) {
    if (word.length < 2 || STOP.has(word) || /^\d+$/.test(word)) continue
    found.push(stem(SAME[word] ?? word))
    const long = LONG[word] ?? LONG[word.replace(/s$/, '')]
    if (long) for (const part of long.split(' ')) found.push(stem(SAME[part] ?? part))
  }
  return found
}
