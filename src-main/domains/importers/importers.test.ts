import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Imported, ImportLine } from '#contract/importers'
import { lintRunbook } from '#domains/runbooks'
import { importRunbook, keepAll, namesTaken } from '.'

// Small files of each system, written for this: what they become, and what is said of the rest.

function read(
  text: string,
  fileName = 'file.yaml',
  beside: { fileName: string; text: string }[] = [],
) {
  const imported = importRunbook({ text, fileName, beside })
  for (const { markdown } of imported.runbooks)
    expect(lintRunbook(markdown).filter(({ level }) => level === 'error')).toEqual([])
  return { ...imported, markdown: imported.runbooks[0]?.markdown ?? '' }
}

function said({ report }: Imported, level: ImportLine['level']): string {
  const lines = report.filter((line) => line.level === level)
  return lines.map(({ line, item, why }) => `${line} ${item}: ${why}`).join('\n')
}

/** The code of a step, with its attributes. */
function step({ markdown }: { markdown: string }, name: string): Record<string, string> {
  const fence = new RegExp(`^\`+\\w+ (\\{"name":"${name}".*\\})\\n([\\s\\S]*?)\\n\`+$`, 'm')
  const [, attributes = '{}', code = ''] = fence.exec(markdown) ?? []
  return { code, ...(JSON.parse(attributes) as Record<string, string>) }
}

function job(commands: string, rest = ''): string {
  return `- name: Restart API
  group: ops
  options:
    - {name: Unit, required: true, value: api, regex: '[a-z]+'}
    - {name: env, enforced: true, values: [stg, prod], value: stg}
    - {name: hosts, multivalued: true, delimiter: ' '}
    - {name: pw, secure: true, valueExposed: true, storagePath: keys/api/pw, value: hunter2}
${rest}  sequence:
    commands:
${commands.replaceAll(/^/gm, '      ')}`
}

function workflow(tasks: string): string {
  return `version: 1.0\ninput: [name, {mode: fast}]\ntasks:\n${tasks.replaceAll(/^/gm, '  ')}\n`
}

function runme(body: string, front = '') {
  return read(`${front}# Title\n\nWhat it is.\n\n${body}`, 'docs/README.md')
}

describe('a Rundeck job', () => {
  test('has its options as inputs, by type, and never a secret among them', () => {
    const imported = read(job('- exec: "true"'))
    expect(imported.format).toBe('rundeck')
    expect(imported.markdown).toContain('- name: unit\n    label: Unit\n    default: api')
    expect(imported.markdown).toContain('type: choice')
    expect(imported.markdown).not.toMatch(/name: pw|hunter2/)
    expect(said(imported, 'needs_you')).toMatch(
      /option pw: It is a secret, kept in Rundeck under `keys\/api\/pw`/,
    )
    expect(JSON.stringify(imported)).not.toContain('hunter2')
  })
  test.each([
    ['echo ${option.Unit}', 'echo "$QD_UNIT"'],
    ['echo "a ${option.Unit} b"', 'echo "a ${QD_UNIT} b"'],
    ["echo 'a ${option.Unit} b'", `echo 'a '"$QD_UNIT"' b'`],
    ["echo '${option.Unit}'", 'echo "$QD_UNIT"'],
    ['ls /srv/${option.Unit}/x', 'ls /srv/"$QD_UNIT"/x || exit 1'],
    ['ls @option.Unit@', 'ls "$QD_UNIT" || exit 1'],
    ['cat <<E\nunit ${option.Unit}\nE', 'unit ${QD_UNIT}'],
    ['for h in @option.hosts@; do echo $h; done', 'for h in $QD_HOSTS; do echo $h; done'],
    ['echo $RD_OPTION_UNIT', 'echo $QD_UNIT'],
    ['echo "$(cat ${option.Unit})"', 'echo "$(cat "$QD_UNIT")"'],
  ])('hands an option over as data: %s', (exec, expected) => {
    const imported = read(job(`- exec: ${JSON.stringify(exec)}\n  description: one`))
    expect(step(imported, 'one')['qd.kind']).toBe('check')
    expect(step(imported, 'one')['code']).toContain(expected)
  })
  test.each([
    ['${option.Unit} --all', /program itself would come from an input/],
    ['mysql -p${option.pw}', /option `pw`, which is a secret/],
    ['mysql -e "select \'${option.Unit}\'"', /would read \$QD_UNIT as code/],
    ["sh -c 'ls ${option.Unit}'", /would read \$QD_UNIT as code/],
    ["cat <<'E'\n${option.Unit}\nE", /here-document in which nothing is put in/],
    ['echo ${node.hostname}', /`node.hostname` is a value that only Rundeck has/],
    ['echo ${option.nobody}', /no option `nobody`/],
    ['echo "unfinished', /cannot read/],
  ])('leaves what no variable can stand in to a person: %s', (exec, why) => {
    const imported = read(job(`- exec: ${JSON.stringify(exec)}\n  description: one`))
    expect(step(imported, 'one')['qd.kind']).toBe('manual')
    expect(said(imported, 'needs_you')).toMatch(why)
  })
  test('runs an error handler only when its step failed, and then stops unless it says otherwise', () => {
    const imported = read(
      job(
        '- exec: systemctl restart api\n  description: restart\n  errorhandler: {exec: journalctl -u api, description: look}\n- exec: uptime\n  description: after',
      ),
    )
    expect(step(imported, 'restart')).toMatchObject({
      'qd.kind': 'check',
      code: 'systemctl restart api || exit 2',
    })
    expect(step(imported, 'look')['qd.when']).toBe('steps."restart".status == warned')
    expect(step(imported, 'restart-stops')).toMatchObject({
      'qd.when': 'steps."restart".status == warned',
      code: expect.stringContaining('exit 1') as string,
    })
    expect(imported.markdown).not.toContain('qd.undo')
    expect(
      read(
        job(
          '- exec: a\n  description: a\n  errorhandler: {exec: b, description: b, keepgoingOnSuccess: yes}',
        ),
      ).markdown,
    ).not.toContain('a-stops')
  })
  test('that keeps going fails at the end, as there', () => {
    const imported = read(
      job(
        '- {exec: systemctl stop a, description: a}\n- {exec: systemctl stop b, description: b}',
      ).replace('    commands:', '    keepgoing: true\n    commands:'),
    )
    expect(step(imported, 'failed-on-the-way')['qd.when']).toBe(
      'steps."a".status == warned or steps."b".status == warned',
    )
  })
  test('gives scripts to the program they are for, with arguments as data', () => {
    const imported = read(
      job(
        `- {script: "import os\\nprint('@option.Unit@')", scriptInterpreter: python3, args: '\${option.env} x', description: py}\n- {script: "#!/bin/bash\\nls \\"$1\\"\\nls y", args: '\${option.env}', description: sh}`,
      ),
    )
    expect(step(imported, 'py')['code']).toContain(
      `python3 - "$QD_ENV" x <<'QD_SCRIPT'\nimport os\nprint(__import__("os").environ["QD_UNIT"])\nQD_SCRIPT`,
    )
    expect(step(imported, 'sh')['code']).toContain('set -- "$QD_ENV"\nls "$1"')
  })
  test('takes options as a map, conditions as qd.when, and a tag as the target', () => {
    const imported = read(`name: one
options: {env: {value: stg}}
nodefilters: {filter: 'tags: web'}
sequence:
  commands:
    - type: conditional
      conditionGroups: [[{key: '\${option.env}', operator: '==', value: prod}]]
      subSteps: [{exec: uptime, description: up}]`)
    expect(imported.markdown).toContain('target: web')
    expect(step(imported, 'up')['qd.when']).toBe('inputs.env == "prod"')
  })
  test('says what a runbook does not have: timetable, notices, plugins, strategies', () => {
    const imported = read(
      job(
        '- {type: some-plugin, nodeStep: true, configuration: {a: b, password: hunter3}, description: p}',
        "  schedule: {crontab: '0 0 * * * ? *'}\n  notification: {onfailure: [{email: {recipients: a@b.c}}]}\n  loglimit: 20MB\n  surprise: 1\n",
      ),
    )
    expect(said(imported, 'left_out')).toMatch(
      /schedule: A runbook has no timetable[\s\S]*notification onfailure[\s\S]*loglimit[\s\S]*surprise/,
    )
    expect(step(imported, 'p')['code']).toMatch(/plugin `some-plugin` is only in Rundeck/)
    expect(JSON.stringify(imported)).not.toContain('hunter3')
  })
  test('file with several jobs gives several runbooks of different names', () => {
    const { runbooks } = read(
      '- {name: same, sequence: {commands: [{exec: uptime}]}}\n- {name: same, sequence: {commands: [{exec: uptime}]}}',
    )
    expect(runbooks.map(({ fileName }) => fileName)).toEqual(['same.md', 'same-2.md'])
  })
})

describe('an Orquesta workflow', () => {
  test('has what follows a failure as a step with a condition', () => {
    const imported = read(
      workflow(`a:
  action: core.local cmd="systemctl restart <% ctx(name) %>"
  next:
    - {when: <% succeeded() %>, do: b}
    - {when: <% failed() %>, do: [log, fail]}
b: {action: core.echo message="done"}
log: {action: core.echo message="not <% ctx().name %>"}`),
    )
    expect(step(imported, 'a')['code']).toBe('systemctl restart "$QD_NAME" || exit 2')
    expect(step(imported, 'b')['qd.when']).toBe('steps."a".status == succeeded')
    expect(step(imported, 'log')).toMatchObject({
      code: 'echo "not ${QD_NAME}"',
      'qd.when': 'steps."a".status == warned',
    })
    // It fails after it was logged, not before.
    expect(imported.markdown.indexOf('"name":"a-fails"')).toBeGreaterThan(
      imported.markdown.indexOf('"name":"log"'),
    )
  })
  test('asks for an approval, and other answers before the run', () => {
    const imported = read(
      workflow(`ask:
  action: core.ask
  input: {ttl: 60, users: [ann], schema: {type: object, properties: {ok: {type: boolean, description: 'Really?', required: true}, code: {type: string, required: true}}}}
  next:
    - {when: <% succeeded() and task(ask).result.response.ok = true %>, do: go}
    - {when: <% failed() %>, do: no}
go: {action: 'core.echo message="<% task(ask).result.response.code %>"'}
no: {action: core.noop}`),
    )
    expect(step(imported, 'ask')).toMatchObject({ 'qd.kind': 'approval', code: 'Really?' })
    expect(step(imported, 'go')['code']).toBe('echo "$QD_CODE"')
    expect(said(imported, 'changed')).toMatch(/a refusal, or no answer, stops the run/)
    expect(said(imported, 'left_out')).toMatch(/task no/)
  })
  test.each([
    [
      'a loop',
      'a: {action: core.noop, next: [{do: b}]}\nb: {action: core.noop, next: [{do: a}]}\nz: {action: core.noop, next: [{do: a}]}',
      /a run has no loops/,
    ],
    [
      'a list nobody knows',
      'a: {with: <% ctx(name) %>, action: core.noop}',
      /how many that are is not known/,
    ],
    [
      'a condition on a result',
      'a: {action: core.noop, next: [{when: <% result().x > 1 %>, do: b}]}\nb: {action: core.noop}',
      /condition cannot be written here/,
    ],
    ['an action of a pack', 'a: {action: aws.ec2_stop}', /`aws.ec2_stop` is only in StackStorm/],
    [
      'a command from an input',
      'a: {action: core.local cmd=<% ctx(name) %>}',
      /program itself would come from an input/,
    ],
  ])('leaves %s to a person', (_, tasks, why) => {
    expect(said(read(workflow(tasks)), 'needs_you')).toMatch(why)
  })
  test('keeps retries, pauses, items that are written out, hosts and conditions on inputs', () => {
    const imported = read(
      workflow(`a: {action: core.local cmd="uptime", retry: {count: 3, delay: 2}, delay: 10, next: [{when: "<% succeeded() and ctx().mode = 'fast' %>", do: b}]}
b: {with: [x, y], action: core.echo message="<% item() %>", next: [{do: c}]}
c: {action: 'core.remote cmd="uptime" hosts="web-1, web-2"', next: [{do: d}]}
d: {action: core.pause max_pause=5}`),
    )
    expect(step(imported, 'a')['qd.retry']).toBe('3/2s')
    expect(step(imported, 'a-delay')).toMatchObject({ 'qd.kind': 'wait', 'qd.timer': '10s' })
    expect(step(imported, 'b')).toMatchObject({
      code: 'echo x',
      'qd.when': 'inputs.mode == "fast"',
    })
    expect(step(imported, 'b-2')['code']).toBe('echo y')
    expect(step(imported, 'c')['qd.on']).toBe('web-1,web-2')
    expect(step(imported, 'd')['qd.timer']).toBe('5s')
  })
  test('has the types, defaults and secrets of the metadata that is chosen with it', () => {
    const metadata =
      'name: vm\npack: lab\nrunner_type: orquesta\nentry_point: workflows/flow.yaml\nparameters:\n  name: {type: string, required: true, description: The name}\n  mode: {type: string, enum: [fast, slow], default: slow}\n  token: {type: string, secret: true, default: hunter2}\n'
    const text = workflow('a: {action: core.local cmd="ls <% ctx(token) %>"}').replace(
      'input: [name, {mode: fast}]',
      'input: [name, mode, token]',
    )
    const imported = read(text, 'flow.yaml', [{ fileName: 'vm.yaml', text: metadata }])
    expect(imported.runbooks[0]).toMatchObject({ fileName: 'vm.md', title: 'Vm' })
    expect(imported.markdown).toContain('label: The name')
    expect(imported.markdown).toContain('- fast\n      - slow')
    expect(step(imported, 'a')['qd.kind']).toBe('manual')
    expect(JSON.stringify(imported)).not.toContain('hunter2')
    expect(read(metadata).report[0]!.why).toMatch(/its steps are in `workflows\/flow.yaml`/)
  })
})

describe('an action-chain', () => {
  test('follows success and failure, and takes for inputs what nothing in it sets', () => {
    const imported = read(
      `vars: {greeting: hello}
chain:
  - {name: c1, ref: core.local, params: {cmd: 'ls {{ folder }}'}, on-success: c2, on-failure: c3}
  - {name: c2, ref: core.echo, parameters: {message: '{{ greeting }} {{ folder }}'}}
  - {name: c3, ref: core.local_sudo, params: {cmd: systemctl restart x}}
  - {name: never, ref: core.noop}
default: c1`,
      'my_chain.yaml',
    )
    expect(imported.format).toBe('action-chain')
    expect(imported.runbooks[0]!.fileName).toBe('my-chain.md')
    expect(step(imported, 'c1')['code']).toBe('ls "$QD_FOLDER" || exit 2')
    expect(step(imported, 'c2')).toMatchObject({
      code: 'echo "hello ${QD_FOLDER}"',
      'qd.when': 'steps."c1".status == succeeded',
    })
    expect(step(imported, 'c3')).toMatchObject({
      code: 'sudo -n -- systemctl restart x',
      'qd.when': 'steps."c1".status == warned',
    })
    expect(said(imported, 'left_out')).toMatch(/task never: Nothing leads to it/)
  })
  test('leaves Jinja that StackStorm works out to a person', () => {
    const imported = read(
      'chain:\n  - {name: a, ref: core.local, params: {cmd: "echo {{ x | upper }}"}}\n  - {name: b, ref: core.local}',
    )
    expect(step(imported, 'a')['qd.kind']).toBe('manual')
    expect(said(imported, 'needs_you')).toMatch(/`x \| upper` is worked out by StackStorm/)
  })
})

describe('a Runme document', () => {
  test('has each cell as a step, named as there, without the prompts of a pasted session', () => {
    const imported = runme(
      '```sh { name=up interactive=true }\n$ uptime\n```\n\n```sh\necho hello world\n```\n\n```bash\n$HOME/bin/x\n```\n',
    )
    expect(imported.format).toBe('runme')
    expect(step(imported, 'up')).toMatchObject({ code: 'uptime', interactive: 'true' })
    expect(step(imported, 'echo-hello')['code']).toBe('echo hello world')
    expect(imported.markdown).toContain('$HOME/bin/x')
  })
  test('turns what it asks for into inputs, also for later cells', () => {
    const imported = runme(
      '```sh {"name":"set"}\nexport REGION="eu-west"\nexport WHO=your name\nexport NOW=$(date)\n```\n\n```sh {"name":"use"}\necho "$REGION $NOW"\n```\n',
    )
    expect(step(imported, 'set')['code']).toContain(
      'export REGION="$QD_REGION"\nexport WHO="$QD_WHO"\nexport NOW=$(date)',
    )
    expect(step(imported, 'use')['code']).toContain(
      'export REGION="$QD_REGION"\nexport NOW=$(date)\necho "$REGION $NOW"',
    )
    expect(imported.markdown).toContain('default: eu-west')
    expect(imported.markdown).toContain('label: "Variable WHO: your name"')
  })
  test.each([
    ['---\nskipPrompts: true\n---\n'],
    ['+++\nskipPrompts = true\n+++\n'],
    ['{\n  "skipPrompts": true\n}\n'],
  ])('asks for nothing when its front matter says so: %j', (front) => {
    expect(runme('```sh {"name":"set"}\nexport A="b"\n```\n', front).markdown).not.toContain(
      'inputs:',
    )
  })
  test('joins the folders of document and cell', () => {
    const imported = runme(
      '```sh {"name":"a","cwd":".."}\nls\n```\n\n```sh {"name":"b","cwd":"/opt"}\nls\n```\n',
      '---\ncwd: /tmp/x\n---\n',
    )
    expect([step(imported, 'a')['cwd'], step(imported, 'b')['cwd']]).toEqual(['/tmp', '/opt'])
    expect(step(runme('```sh {"name":"c","cwd":"../x"}\nls\n```\n'), 'c')['code']).toContain(
      'cd -- "${QD_FOLDER}/../x"',
    )
  })
  test.each([
    ['```sh {"background":"true","name":"a"}\nsleep 9\n```\n', 'needs_you', /background/],
    ['```sh {"excludeFromRunAll":"true","name":"a"}\nls\n```\n', 'needs_you', /run all/],
    ['```go {"name":"a"}\npackage main\n```\n\n```sh\nls\n```\n', 'needs_you', /runs no go/],
    ['```sh {"ignore":"true","name":"a"}\nls\n```\n', 'left_out', /marked `ignore`/],
    ['```sh {"tag":"fix,prod","name":"a"}\nls\n```\n', 'left_out', /chooses cells by their tags/],
    ['```sh {"terminalRows":"3","name":"a"}\nls\n```\n', 'left_out', /how Runme shows the cell/],
    ['```sh {"name":"a"}\nls $NOBODY_SETS\n```\n', 'needs_you', /\$NOBODY_SETS/],
  ] as const)('says what becomes of %j', (body, level, words) => {
    expect(said(runme(body), level)).toMatch(words)
  })
  test('keeps the shell it is for', () => {
    expect(runme('```sh {"name":"a"}\nls\n```\n', '---\nshell: zsh\n---\n').markdown).toContain(
      "zsh -s -- <<'QD_SCRIPT'\nls\nQD_SCRIPT",
    )
    expect(runme('```python {"name":"a"}\nprint(1)\n```\n').markdown).toContain(
      "python3 - <<'QD_SCRIPT'",
    )
  })
})

function skillOf() {
  return read(
    `---
name: dns-check
description: Finds out why names do not resolve
---
## Goal
Names resolve again.

## Workflow
1. **Look at the pods**
   * \`kubectl get pods -n kube-system\`
   * All should be Running
   * Use fetch_pod_logs for those that are not
2. **Look at one**
   * \`kubectl describe pod <name>\`
3. **Restart it**
   * \`kubectl rollout restart deploy/coredns -n kube-system\`

## Recommended Remediation Steps
* **CoreDNS down**: \`kubectl delete pod x\`
`,
    'dns-check/SKILL.md',
  )
}

describe('a HolmesGPT skill', () => {
  test('has commands that only look as checks, and everything else as checklists', () => {
    const skill = skillOf()
    expect(skill.format).toBe('holmes-skill')
    expect(skill.runbooks[0]!.fileName).toBe('dns-check.md')
    expect(skill.markdown).toContain('Finds out why names do not resolve')
    expect(step(skill, 'kubectl-get-pods')).toMatchObject({
      'qd.kind': 'check',
      code: 'kubectl get pods -n kube-system || exit 2',
    })
    expect(skill.markdown).toContain('- [ ] All should be Running')
  })
  test('never runs what changes something, what has blanks, or what is advice', () => {
    const skill = skillOf()
    expect(skill.markdown.match(/"qd.kind":"(check|change)"/g)).toHaveLength(1)
    expect(said(skill, 'needs_you')).toMatch(
      /kubectl describe pod <name>[\s\S]*rollout restart[\s\S]*Recommended Remediation/,
    )
    expect(said(skill, 'left_out')).toMatch(/tool fetch_pod_logs/)
  })
})

describe('what is none of these', () => {
  test.each([
    ['', 'a.yaml', /empty/],
    ['- hosts: all\n  tasks: []\n', 'playbook.yaml', /none of the formats/],
    ['a: [', 'a.yaml', /not valid YAML/],
    ["version: '2.0'\nflow:\n  tasks: {}\n", 'mistral.yaml', /Mistral/],
  ])('%j is refused in words', (text, name, why) => {
    const imported = read(text, name)
    expect(imported.runbooks).toEqual([])
    expect(imported.report[0]!.why).toMatch(why)
  })
})

describe('keeping runbooks', () => {
  let folder: string
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'qd-keep-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const files = [
    { fileName: 'a.md', markdown: 'A' },
    { fileName: 'b.md', markdown: 'B' },
  ]

  test('writes all of them, and nothing else stays in the folder', async () => {
    await (await keepAll(folder, files, false)).done()
    expect(readdirSync(folder).toSorted()).toEqual(['a.md', 'b.md'])
  })
  test('keeps none when one is there, and leaves that one as it was', async () => {
    writeFileSync(join(folder, 'b.md'), 'mine')
    expect(await namesTaken(folder, ['a.md', 'b.md'])).toEqual(['b.md'])
    await expect(keepAll(folder, files, false)).rejects.toThrow(/Nothing was kept/)
    expect(readdirSync(folder)).toEqual(['b.md'])
    expect(readFileSync(join(folder, 'b.md'), 'utf8')).toBe('mine')
  })
  test('puts back what it replaced when it is taken back', async () => {
    writeFileSync(join(folder, 'b.md'), 'mine')
    await (await keepAll(folder, files, true)).undo()
    expect(readdirSync(folder)).toEqual(['b.md'])
    expect(readFileSync(join(folder, 'b.md'), 'utf8')).toBe('mine')
  })
})
