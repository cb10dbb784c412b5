import { array, assert, constantFrom, oneof, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RunbookId } from '#contract/primitives'
import { Runbook, type RunbookProblem } from '#contract/runbooks'
import { classify } from '#domains/risk'
import { parseRunbook } from '.'

const parse = (markdown: string) => parseRunbook('test' as RunbookId, markdown, classify)
const fence = (info: string, code = 'uptime') => `\`\`\`${info}\n${code}\n\`\`\`\n`
const told = (problems: readonly RunbookProblem[]) =>
  problems.map(({ line, level, message }) => `${line} ${level}: ${message}`)
const only = (markdown: string) => {
  const { runbook } = parse(markdown)
  expect(runbook?.steps).toHaveLength(1)
  return runbook!.steps[0]!
}
/** A runbook without a complaint, but for what is put in. */
const withBody = (body: string, front = '') => `---\ntitle: T\ntarget: local\n${front}---\n${body}`
/** Each line holds the one before nine times. */
const BOMB = ['x', '*a', '*b', '*c']
  .map((of, n) => `${'abcd'[n]}: &${'abcd'[n]} [${`${of},`.repeat(9)}]\n`)
  .join('')
const complaints = (body: string, front = '') => told(parse(withBody(body, front)).problems)

describe('attributes of a fence', () => {
  test.each([
    ['JSON', 'sh {"name":"look","qd.kind":"check","qd.timeout":"90s"}'],
    ['JSON without a space', 'sh{"name":"look","qd.kind":"check","qd.timeout":"90s"}'],
    ['HTML', 'sh { name=look qd.kind=check qd.timeout=90s }'],
    ['an object under qd', 'sh {"name":"look","qd":{"kind":"check","timeout":"90s"}}'],
    ['values that are not text', 'sh {"name":"look","qd.kind":"check","qd.timeout":"90s","n":1}'],
    ['unknown keys', 'sh {"name":"look","qd.kind":"check","qd.timeout":"1m30s","tag":"a,b"}'],
  ])('are read from %s', (_, info) => {
    expect(only(withBody(fence(info)))).toMatchObject({
      name: 'look',
      kind: 'check',
      language: 'sh',
      timeoutMs: 90_000,
      pty: false,
    })
  })

  test('may hold braces, quotes and backslashes in JSON', () => {
    const step = only(
      withBody(fence('sh {"name":"a","qd.kind":"check","qd.title":"A } \\"b\\" {{c}}"}')),
    )
    expect(step.title).toBe('A } "b" {{c}}')
  })

  test('may be quoted in HTML form', () => {
    expect(only(withBody(fence('sh { name=a qd.kind=check qd.title="two words" }'))).title).toBe(
      'two words',
    )
  })

  test('without a language make no step to run', () => {
    expect(complaints(fence('{"qd.kind":"check"}'))).toEqual([
      expect.stringContaining(
        '5 error: This version runs sh, bash, powershell, node, sql and http steps',
      ),
    ])
  })

  test('that are broken JSON are an error', () => {
    expect(complaints(fence('sh {"name":"a", qd.kind: check}'))).toContainEqual(
      expect.stringContaining('5 error: The attributes start like JSON'),
    )
  })
})

describe('a step', () => {
  test('takes title and description from what stands before it', () => {
    const { steps } = parse(
      withBody(
        `# Doc\n\n## Look *closely*\n\nFirst.\n\nIt only\nreads.\n\n${fence('sh')}\n${fence('bash')}`,
      ),
    ).runbook!
    expect(steps).toMatchObject([
      { title: 'Look *closely*', description: 'It only\nreads.', name: 'uptime', line: 14 },
      { title: 'Uptime 2', description: '', name: 'uptime-2' },
    ])
  })

  test.each([
    ['uptime', 'check'],
    ['rm -rf /srv/data', 'change'],
    ['some-unknown-program --now', 'change'],
  ])('without a label is what parsing says: %s is a %s', (code, kind) => {
    expect(only(withBody(fence('sh', code))).kind).toBe(kind)
  })

  test('loses the prompt of a pasted session, and no other dollar', () => {
    expect(only(withBody(fence('sh', '$ echo one\n$HOME/bin/x\n$ $HOME/bin/y'))).code).toBe(
      'echo one\n$HOME/bin/x\n$HOME/bin/y',
    )
    expect(only(withBody(fence('sh', '$HOME/bin/x'))).code).toBe('$HOME/bin/x')
  })

  test('never holds a carriage return', () => {
    const { runbook } = parse(withBody(fence('sh', 'uptime\ndate')).replaceAll('\n', '\r\n'))
    expect(runbook!.steps[0]!.code).toBe('uptime\ndate')
  })

  test.each([
    ['/srv', '"cwd":"app"', '/srv/app'],
    ['/tmp/x', '"cwd":".."', '/tmp'],
    ['/srv', '"cwd":"/opt"', '/opt'],
    ['/srv', '"name":"a"', '/srv'],
  ])('starts in the document folder %s joined with %s', (folder, own, expected) => {
    const { runbook, problems } = parse(withBody(fence(`sh {${own}}`), `cwd: ${folder}\n`))
    expect(problems).toEqual([])
    expect(runbook!.steps[0]!.cwd).toBe(expected)
  })

  test.each(['text', 'console', 'output', 'json', 'sh {"ignore":"true"}', 'sh { qd.kind=ignore }'])(
    'is not made of a fence of %s',
    (info) => {
      expect(parse(withBody(fence(info))).runbook!.steps).toEqual([])
    },
  )

  test('waits for a time or for a check', () => {
    const { runbook, problems } = parse(
      withBody(
        fence('text {"name":"pause","qd.kind":"wait","qd.timer":"30s"}') +
          fence('text {"name":"settle","qd.kind":"wait","qd.until":"up","qd.every":"5s"}') +
          fence('sh {"name":"up","qd.kind":"check"}'),
      ),
    )
    expect(problems).toEqual([])
    expect(runbook!.steps).toMatchObject([
      { kind: 'wait', wait: { timerMs: 30_000, until: null } },
      { kind: 'wait', wait: { timerMs: null, until: 'up', everyMs: 5_000 } },
      { kind: 'check', isProbe: true },
    ])
  })

  test('that takes another one back is marked, and needs no undo itself', () => {
    const { runbook, problems } = parse(
      withBody(
        fence('sh {"name":"do","qd.kind":"change","qd.undo":"back"}', 'touch /tmp/a') +
          fence('sh {"name":"back","qd.kind":"change"}', 'rm /tmp/a'),
      ),
    )
    expect(problems).toEqual([])
    expect(runbook!.steps).toMatchObject([
      { undo: 'back', isUndo: false },
      { undo: null, isUndo: true },
    ])
  })

  test('counts as irreversible when nobody says how it is taken back', () => {
    const change = fence('sh {"qd.kind":"change"}', 'touch /tmp/a')
    expect(only(withBody(change)).undo).toBe('irreversible')
    expect(complaints(change)).toEqual([expect.stringContaining('warning: Say how this change')])
    expect(only(withBody(change.replace('"}', '","qd.undo":"none"}'))).undo).toBeNull()
  })
})

describe('front matter', () => {
  test('gives match rules, inputs and how the fix is verified', () => {
    const { runbook, problems } = parse(`---
title: Restart
description: Restarts it.
tags: [linux]
match:
  alerts: [ServiceDown, "Node*"]
  words: hung
  labels: { job: node }
inputs:
  - name: unit
    pattern: '[a-z]+'
    from: [label:unit, service]
  - { name: times, type: integer, default: 3 }
target: '{{unit}}'
verify: { probe: look, holds: 3, every: 10s, within: 5m, alert: resolved }
---
${fence('sh')}${fence('sh {"name":"look","qd.kind":"check"}')}`)
    expect(problems).toEqual([])
    expect(runbook).toMatchObject({
      title: 'Restart',
      match: { alerts: ['ServiceDown', 'Node*'], words: ['hung'], labels: { job: 'node' } },
      inputs: [
        { name: 'unit', type: 'text', required: true, default: null },
        { name: 'times', type: 'integer', required: false, default: '3' },
      ],
      verify: { probe: 'look', probeHolds: 3, probeEveryMs: 10_000, withinMs: 300_000 },
    })
  })

  test('may be missing: then the heading is the title', () => {
    expect(parse(`# Look\n\nAt it.\n\n${fence('sh')}`).runbook).toMatchObject({
      title: 'Look',
      description: 'At it.',
      target: null,
    })
  })

  test.each([
    ['a tab', '---\ntitle: T\n\tx: 1\n---\n', 3],
    ['a bad bracket', '---\ntitle: T\ntags: [a\ntarget: local\n---\n', 4],
    ['a key twice', '---\ntitle: T\ntitle: U\n---\n', 3],
    ['an alias bomb', `---\n${BOMB}---\n`, 1],
    ['a list', '---\n- a\n---\n', 1],
  ])('that is broken by %s gives no runbook and the line', (_, text, line) => {
    const { runbook, problems } = parse(text + fence('sh'))
    expect(runbook).toBeNull()
    expect(problems).toContainEqual(expect.objectContaining({ line, level: 'error' }))
  })

  test.each([
    ['titel: T', '4 error: `titel` has no meaning here. Did you mean `title`?'],
    ['layout: post', '4 warning: `layout` has no meaning here.'],
    ['tags: { a: 1 }', '4 error: `tags`'],
    ['match: { alert: [A] }', '4 error: `match.alert` is not known. Did you mean `alerts`?'],
    ['verify: { every: 10s }', '4 error: `verify` needs a `probe`'],
    [
      'verify: { probe: look, within: 10 minutes }',
      '4 error: `verify.within`: `10 minutes` is not',
    ],
    [
      'verify: { probe: lok, alert: resolved }',
      '4 error: `verify.probe`: `lok` is no step here. Did you mean `look`?',
    ],
    ['inputs:\n  - name: Unit', '5 error: `inputs.0.name`'],
    ['inputs:\n  - name: a\n  - name: a', '6 error: Input `a`: there are two of this name.'],
    ['inputs:\n  - name: a\n    pattern: "[a"', '6 error: Input `a`: Invalid regular expression'],
    ['inputs:\n  - name: a\n    type: choice', '6 error: Input `a`: a `choice` has `values`'],
    [
      'inputs:\n  - name: a\n    type: integer\n    default: x',
      '7 error: Input `a`: its default is not a whole number.',
    ],
    [
      'inputs:\n  - name: a\n    form: host',
      '6 error: `inputs.0.form` is not known. Did you mean `from`?',
    ],
    [
      'inputs:\n  - name: a\n    from: [labels:x]',
      '6 error: Input `a`: `labels:x` is no place in a ticket',
    ],
    [
      'inputs:\n  - name: a\n    from: [title]',
      '6 warning: Input `a`: an alert may put anything here',
    ],
    ['inputs:\n  - name: ticket_id', '5 error: Input `ticket_id`: this name is taken'],
  ])('complains about %s', (front, expected) => {
    const text = `---\ntitle: T\ntarget: local\n${front}\n---\n${fence('sh {"name":"look","qd.kind":"check"}')}${fence('sh')}`
    expect(told(parse(text).problems)).toContainEqual(expect.stringContaining(expected))
  })
})

describe('a complaint', () => {
  const CHANGE = '"qd.kind":"change","qd.undo":"none"'
  test.each([
    [
      'a misspelt key',
      fence('sh {"qd.kind":"check","qd.udno":"x"}'),
      '5 error: `qd.udno` is not known. Did you mean `qd.undo`?',
    ],
    [
      'a key without its prefix',
      fence('sh {"qd.kind":"check","timeout":"5m"}'),
      '5 warning: `timeout` has no meaning without its prefix',
    ],
    ['a misspelt kind', fence('sh {"qd.kind":"chnage"}'), '5 error: `chnage` is no kind of step'],
    [
      'a bad duration',
      fence('sh {"qd.kind":"check","qd.timeout":"5"}'),
      '5 error: `qd.timeout` cannot be `5`',
    ],
    [
      'a bad retry',
      fence('sh {"qd.kind":"check","qd.retry":"50"}'),
      '5 error: `qd.retry` cannot be `50`',
    ],
    [
      'a retry of what must not be done twice',
      fence(`sh {${CHANGE},"qd.retry":"3/10s"}`),
      '5 warning: It is only tried again',
    ],
    [
      'Python',
      fence('python {"qd.kind":"check"}', 'print(1)'),
      '5 error: This version runs sh, bash, powershell, node, sql and http steps; this check is python.',
    ],
    ['unlabelled Python', fence('python', 'print(1)'), '5 error: This version runs'],
    [
      'code in a manual step',
      fence('sh {"qd.kind":"manual"}'),
      '5 error: A manual step runs nothing',
    ],
    ['an open fence', '```sh {"qd.kind":"check"}\nuptime\n', '5 error: The fence is never closed'],
    ['an empty fence', '```sh {"qd.kind":"check"}\n```\n', '5 error: The fence is empty.'],
    ['loose attributes', fence('sh qd.kind=check'), '5 error: Attributes belong in braces'],
    [
      'attributes without a kind',
      fence('text {"qd.timer":"5s"}'),
      '5 error: This fence has qd. attributes but no qd.kind',
    ],
    ['a wait for nothing', fence('text {"qd.kind":"wait"}'), '5 error: A wait step needs either'],
    [
      'a timer of a check',
      fence('sh {"qd.kind":"check","qd.timer":"5s"}'),
      '5 error: `qd.timer` belongs to a wait step.',
    ],
    ['no step at all', 'Nothing.\n', '1 error: There is no step'],
    [
      'two of a name',
      fence('sh {"name":"a"}') + fence('sh {"name":"a"}'),
      '8 error: There are two steps called `a`.',
    ],
    [
      'an undo that is not there',
      fence('sh {"name":"a","qd.kind":"change","qd.undo":"bakc"}') +
        fence('sh {"name":"back","qd.kind":"change","qd.undo":"none"}'),
      '5 error: Its undo `bakc` is no step here. Did you mean `back`?',
    ],
    [
      'an undo of an undo',
      fence('sh {"name":"a","qd.kind":"change","qd.undo":"b"}') +
        fence('sh {"name":"b","qd.kind":"change","qd.undo":"c"}') +
        fence('sh {"name":"c","qd.kind":"change"}'),
      '8 error: An undo step has no undo of its own.',
    ],
    [
      'a step that undoes itself',
      fence('sh {"name":"a","qd.kind":"change","qd.undo":"a"}'),
      '5 error: A step cannot be its own undo.',
    ],
    [
      'an undo of a check',
      fence('sh {"name":"a","qd.kind":"check","qd.undo":"irreversible"}'),
      '5 error: Only a change has an undo',
    ],
    [
      'a verify that is no check',
      fence(`sh {"name":"a",${CHANGE},"qd.verify":"b"}`) + fence(`sh {"name":"b",${CHANGE}}`),
      '5 error: `qd.verify`: `b` is a change, not a check.',
    ],
    [
      'an unknown input as target',
      fence('sh {"qd.kind":"check","qd.on":"{{hots}}"}'),
      '5 error: The target names the input `hots`, which is not there. Did you mean `host`?',
    ],
    [
      'a target with a template in it',
      fence('sh {"qd.kind":"check","qd.on":"web-{{host}}"}'),
      '5 error: A target is a name',
    ],
    [
      'an input spliced into code',
      fence('sh', 'echo one\nping -c 1 {{ host }}'),
      '7 error: Inputs are never put into code: use "$QD_HOST"',
    ],
    ['an unknown template', fence('sh', 'echo {{nobody}}'), '6 error: `{{nobody}}` is no input'],
    [
      'an unknown variable',
      fence('sh', 'echo "$QD_HOTS"'),
      '6 error: `$QD_HOTS` is no input. Did you mean `QD_HOST`?',
    ],
    [
      'an unknown variable in Node',
      fence('node', 'console.log(process.env.QD_NAME)'),
      '6 error: `$QD_NAME` is no input.',
    ],
    [
      'an unquoted input',
      fence('sh', 'date\nping -c 1 $QD_HOST'),
      '7 warning: Put it in double quotes',
    ],
    [
      'an input as shell code',
      fence('sh', 'sh -c "ping $QD_HOST"'),
      '6 error: `sh` would read $QD_HOST as code',
    ],
    [
      'an input as SQL',
      fence('sh', 'psql -XAtc "select \'$QD_HOST\'"'),
      '6 error: `psql` would read $QD_HOST as code',
    ],
    [
      'an input as SQL in a here-document',
      fence('sh', "sudo -n -u postgres psql <<SQL\nselect '$QD_HOST'\nSQL"),
      '7 error: `psql` would read $QD_HOST as code',
    ],
    [
      'an input in arithmetic',
      fence('bash', 'echo $((QD_HOST + $QD_HOST))'),
      '6 error: The shell would calculate with $QD_HOST',
    ],
    [
      'shell that cannot be read',
      fence('sh {"qd.kind":"check"}', 'if true; then'),
      'error: The shell cannot read this',
    ],
    [
      'an invisible character',
      fence('sh', 'echo a\u202Eb'),
      '6 error: The code holds an invisible character',
    ],
    [
      'an unknown interpreter',
      fence('sh {"interpreter":"frob"}'),
      '5 error: It is not known how `frob` takes a script',
    ],
    [
      'a bad condition',
      fence('sh') + fence('sh {"qd.when":"previous.exit = 2"}'),
      '8 error: `qd.when`:',
    ],
    [
      'a condition on a later step',
      fence('sh {"qd.when":"steps.b.exit == 0"}') + fence('sh {"name":"b"}'),
      '5 error: `qd.when`: `b` is no earlier step.',
    ],
    [
      'a condition on a status that is none',
      fence('sh') + fence('sh {"qd.when":"previous.status == failde"}'),
      '8 error: `qd.when`: a step is never `failde`. Did you mean `failed`?',
    ],
    ['a relative folder', fence('sh {"cwd":"app"}'), '5 error: `cwd` must be an absolute path'],
  ])('is made about %s', (_, body, expected) => {
    const { problems } = parse(`---
target: local
inputs: [{ name: host, type: host }]
---
${body}`)
    expect(told(problems)).toContainEqual(expect.stringContaining(expected))
  })

  test('is not made about careful code', () => {
    const body = fence(
      'sh {"qd.kind":"change","qd.undo":"none"}',
      `name=$QD_UNIT
case $QD_UNIT in a*) ;; esac
systemctl restart -- "$QD_UNIT" "\${QD_UNIT%.service}"
psql -X -v unit="$QD_UNIT" <<'SQL'
select :'unit'
SQL
psql -v "unit=$QD_UNIT" -c 'select 1'
awk -v unit="$QD_UNIT" '$1 == unit' /etc/passwd
sh -c 'systemctl status -- "$QD_UNIT"'
docker ps --format '{{.Names}} {{json .Ports}}{{end}}'
kill -TERM "$QD_PID"
psql -c "select pg_cancel_backend($QD_PID)"
echo $((QD_PID + 1)) "$QD_TICKET_ID"`,
    )
    const front = `inputs:
  - { name: unit, pattern: '[a-z]+' }
  - { name: pid, type: integer }
`
    expect(complaints(body, front)).toEqual([])
  })
})

describe('any text', () => {
  const pieces = constantFrom(
    '---\n',
    '```sh {"qd.kind":"',
    '```',
    '~~~',
    '\n',
    'title: ',
    '{{',
    '}}',
    '$QD_A',
    '"',
    "'",
    '{',
    '}',
    '=',
    'qd.',
    'name',
    'qd.when=',
    'previous.exit',
    ' == ',
    ' and ',
    '(',
    ')',
    '&a ',
    '*a',
    '- ',
    '> ',
    '# ',
    '\u0000',
    '\uFEFF',
    '\r',
    '\t',
    '|',
    '<<',
    '$(',
    '`',
    'inputs:\n',
    '  - name: a\n',
    'verify: {probe: a}\n',
  )
  test('is read without a throw, into what the contract allows', () => {
    const text = array(oneof(pieces, string({ unit: 'binary', maxLength: 8 })), {
      maxLength: 60,
    })
    assert(
      property(text, (parts) => {
        const { runbook, problems } = parse(parts.join(''))
        expect(problems.every(({ line }) => line >= 1)).toBe(true)
        if (runbook) Runbook.parse(runbook)
      }),
      { numRuns: 1_500 },
    )
  })

  test.each([
    ['deep quotes', '>'.repeat(20_000)],
    ['deep lists', '- '.repeat(5_000)],
    ['deep YAML', `---\n${'['.repeat(20_000)}\n---\n`],
    ['deep JSON', fence(`sh ${'{"a":'.repeat(20_000)}`)],
    ['deep shell', fence('sh', '$('.repeat(5_000))],
    ['deep conditions', fence(`sh {"qd.when":"${'('.repeat(5_000)}"}`)],
    ['many fences', fence('sh').repeat(2_000)],
    ['only braces', fence(`sh ${'{'.repeat(50_000)}`)],
  ])('of a hostile shape is read too: %s', (_, text) => {
    expect(() => parse(text)).not.toThrow()
  })
})
