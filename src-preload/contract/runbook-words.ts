/** A word of the runbook format, for those who write it: the linter knows it, the editor offers it. */
export interface FormatWord {
  readonly word: string
  readonly about: string
  /** What it may be, where that is a short list. */
  readonly values?: readonly string[]
  /** What it names: a step of the same file, a connection, or a runbook. */
  readonly names?: 'step' | 'connection' | 'runbook'
}

/** Attributes of a fence, after its language. */
export const STEP_WORDS: readonly FormatWord[] = [
  { word: 'name', about: 'What other steps call it by. Unique in the file.' },
  {
    word: 'qd.kind',
    about: 'What the step is. A check only looks; a change says how it is taken back.',
    values: ['check', 'change', 'manual', 'approval', 'notify', 'wait', 'run', 'ignore'],
  },
  { word: 'qd.title', about: 'Without it, the heading above.' },
  {
    word: 'qd.on',
    about: 'Another target for this step; several names, or a tag with qd.fan.',
    names: 'connection',
  },
  {
    word: 'qd.fan',
    about: 'Goes to every target that is named: how many at once.',
    values: ['serial', 'rolling:5', 'parallel', 'parallel:10'],
  },
  {
    word: 'qd.stop',
    about: 'How many targets may fail before no further one is begun.',
    values: ['first', 'after:3'],
  },
  { word: 'qd.before', about: 'A check that must pass right before it.', names: 'step' },
  {
    word: 'qd.undo',
    about: 'The step that takes it back; or that nothing can, or that nothing is left behind.',
    values: ['irreversible', 'none'],
    names: 'step',
  },
  { word: 'qd.verify', about: 'A check that must pass after it.', names: 'step' },
  { word: 'qd.when', about: 'A condition; the step is skipped when it is not met.' },
  {
    word: 'qd.retry',
    about: '3 or 3/10s: tries again, and the pause before.',
    values: ['3', '3/10s'],
  },
  { word: 'qd.timeout', about: '90s, 5m (default), at most 24h.', values: ['30s', '5m', '1h'] },
  {
    word: 'qd.expect',
    about: 'Of sql: rows that may be changed, else it is rolled back; or that a check has to find.',
    values: ['1', '1..10', '1..'],
  },
  { word: 'qd.rows', about: 'Of sql: how many rows are shown; 500 without it.', values: ['100'] },
  {
    word: 'qd.status',
    about: 'Of http: the statuses that are right.',
    values: ['200', '200..299', '200,404'],
  },
  {
    word: 'qd.json',
    about:
      'Of http: what the answer has to hold, such as $.status == ok; several with ; between them.',
  },
  {
    word: 'qd.idempotent',
    about: 'May be done again after an outcome that is not known.',
    values: ['true'],
  },
  { word: 'qd.output', about: 'The name under which its whole output goes to later steps.' },
  { word: 'qd.timer', about: 'Of a wait: for so long.', values: ['30s', '5m'] },
  {
    word: 'qd.until',
    about: 'Of a wait: until this check passes, or until the alert, or alert:NAME, is resolved.',
    values: ['alert'],
    names: 'step',
  },
  { word: 'qd.every', about: 'Of a wait: how often the check is tried.', values: ['10s', '1m'] },
  { word: 'qd.approvers', about: 'Who may say yes: user names, or group:<name>.' },
  { word: 'qd.approvals', about: 'How many of them have to agree.', values: ['2'] },
  { word: 'qd.assignee', about: 'Of a manual step: who should do it.' },
  {
    word: 'qd.due',
    about: 'Of a manual step: within which time. Overdue is told, never passed over.',
    values: ['30m', '4h'],
  },
  { word: 'qd.run', about: 'The runbook whose steps take this place.', names: 'runbook' },
  { word: 'qd.with', about: 'The inputs of the called runbook, as a JSON object.' },
  { word: 'cwd', about: 'Folder on the target; joined to that of the document.' },
  { word: 'interpreter', about: 'The program that reads the code, with its options.' },
  { word: 'interactive', about: 'Gives the step a terminal.', values: ['true'] },
]

/** Keys of the front matter. */
export const FRONT_WORDS: readonly FormatWord[] = [
  { word: 'title', about: 'Without it, the first heading.' },
  { word: 'description', about: 'Without it, the first paragraph.' },
  { word: 'tags', about: 'Words to find it by.' },
  { word: 'match', about: 'What it is for: alerts, words, labels.' },
  { word: 'inputs', about: 'What it has to be told: name, type, pattern, from.' },
  {
    word: 'outputs',
    about: 'What is known of values that steps give: name, type, pattern, default.',
  },
  { word: 'target', about: 'Where its steps run: a connection, a tag, local or {{input}}.' },
  { word: 'verify', about: 'How it is known to have helped: probe, holds, every, within, alert.' },
  { word: 'cwd', about: 'Folder on the target.' },
]

/** Languages of a fence whose code can run. */
export const CODE_LANGUAGES = ['sh', 'bash', 'powershell', 'node'] as const
