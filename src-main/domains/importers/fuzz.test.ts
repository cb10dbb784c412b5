import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { ImportFormat, Imported } from '#contract/importers'
import { lintRunbook } from '#domains/runbooks'
import { importRunbook } from '.'

vi.setConfig({ testTimeout: 120_000 })

// Whatever a file holds: it never throws, the answer has its form, and what comes out passes our own lint.

function importAny(text: string, format?: ImportFormat, fileName = 'any.yaml') {
  const imported = importRunbook({ text, fileName, ...(format && { format }) })
  Imported.parse(imported)
  for (const { markdown, fileName: name } of imported.runbooks) {
    expect(lintRunbook(markdown).filter(({ level }) => level === 'error')).toEqual([])
    expect(name).toMatch(/^[a-z0-9][a-z0-9-]*\.md$/)
  }
  return imported
}

const Format = fc.option(fc.constantFrom(...ImportFormat.options), { nil: undefined })
const Name = fc.constantFrom('a.yaml', 'b.md', 'SKILL.md', 'c.json', 'no-extension')

/** Texts that break out of what they are put into: fences, quotes, templates, prototypes. */
const Nasty = fc.constantFrom(
  '```',
  '~~~',
  '```sh {"qd.kind":"change"}',
  '---',
  '</script>',
  '<!--',
  '${option.a}',
  '@option.a@',
  '{{ a }}',
  '<% ctx().a %>',
  '<% ctx(a) %>',
  '{% if a %}',
  '__proto__',
  'constructor',
  'toString',
  "'",
  '"',
  '`',
  '$(',
  '<<EOF',
  '\\',
  '\u202E',
  '\u0000',
  '\uD800',
  '# ',
  '- [ ] ',
  '> > > ',
  '=====',
  '$ ',
  'export A=b',
  '\n',
  '\r',
  ' ',
  ';',
  '|',
  '&',
  '#',
  'é',
  '../..',
  '$__',
  '{}',
  '[]',
  'RD_OPTION_A',
)
const Text = fc
  .array(fc.oneof(Nasty, fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 12 })
  .map((parts) => parts.join(''))
const Any = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    Text,
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
    tie('list'),
    tie('map'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  map: fc.dictionary(
    fc.oneof(Text, fc.constantFrom('name', 'type', 'filter', 'text')),
    tie('value'),
    { maxKeys: 5 },
  ),
})).value

const keysOf = (...names: string[]) =>
  fc.dictionary(fc.oneof(fc.constantFrom(...names), Text), fc.oneof(Text, Any), { maxKeys: 8 })
const Command = fc.oneof(
  keysOf(
    'exec',
    'script',
    'args',
    'description',
    'scriptInterpreter',
    'type',
    'configuration',
    'jobref',
    'fileExtension',
    'plugins',
  ),
  fc.record({ exec: Text }, { requiredKeys: [] }),
  fc.record(
    {
      script: Text,
      args: Text,
      scriptInterpreter: fc.constantFrom('bash', 'python3', 'sudo ruby', 'pwsh', ''),
    },
    { requiredKeys: ['script'] },
  ),
  fc.record({
    exec: Text,
    errorhandler: fc.record({ exec: Text, keepgoingOnSuccess: fc.boolean() }),
  }),
  fc.record({ jobref: fc.record({ name: Text, args: Text, group: Text }, { requiredKeys: [] }) }),
)
const Job = fc.record(
  {
    name: Text,
    description: Text,
    group: Text,
    options: fc.oneof(
      fc.array(
        keysOf(
          'name',
          'value',
          'values',
          'regex',
          'secure',
          'label',
          'enforced',
          'multivalued',
          'required',
        ),
      ),
      fc.dictionary(Text, Any),
    ),
    nodefilters: fc.oneof(fc.record({ filter: Text }), Any),
    sequence: fc.record({
      keepgoing: fc.boolean(),
      strategy: Text,
      commands: fc.array(Command, { maxLength: 5 }),
    }),
    timeout: Text,
  },
  { requiredKeys: ['sequence'] },
)
const TaskName = fc.constantFrom('a', 'b', 'c', 'fail', 'noop', '__proto__', 'constructor')
const Do = fc.oneof(TaskName, fc.array(TaskName, { maxLength: 3 }))
const When = fc.oneof(
  fc.constantFrom(
    '<% succeeded() %>',
    '<% failed() %>',
    '<% completed() %>',
    "<% succeeded() and ctx().x = 'y' %>",
    '{{ failed() }}',
  ),
  Text,
)
const Task = fc.record(
  {
    action: fc.oneof(
      fc.constantFrom(
        'core.local',
        'core.echo message=<% ctx().a %>',
        'core.ask',
        'core.remote',
        'core.noop',
        'core.http',
        'core.pause',
        'x.y',
      ),
      Text,
    ),
    input: fc.oneof(
      keysOf('cmd', 'message', 'hosts', 'schema', 'url', 'env', 'cwd', 'max_pause'),
      fc.record({ cmd: Text }),
      fc.record({ cmd: Text, hosts: Text }),
    ),
    next: fc.array(fc.record({ when: When, publish: Any, do: Do }, { requiredKeys: [] }), {
      maxLength: 3,
    }),
    join: fc.constant('all'),
    delay: fc.oneof(fc.integer(), Text),
    retry: fc.oneof(fc.record({ count: fc.integer(), delay: fc.integer() }), Any),
    with: Any,
  },
  { requiredKeys: [] },
)
const Orquesta = fc.record(
  {
    version: fc.constant(1),
    input: Any,
    vars: Any,
    output: Any,
    tasks: fc.dictionary(TaskName, Task, { maxKeys: 5 }),
  },
  { requiredKeys: ['tasks'] },
)
const Chain = fc.record(
  {
    chain: fc.array(
      fc.record(
        {
          name: TaskName,
          ref: fc.constantFrom('core.local', 'core.ask', 'core.remote', 'a.b', ''),
          params: fc.oneof(fc.record({ cmd: Text, hosts: Text }, { requiredKeys: ['cmd'] }), Any),
          'on-success': TaskName,
          'on-failure': TaskName,
          publish: Any,
        },
        { requiredKeys: [] },
      ),
      { maxLength: 5 },
    ),
    default: TaskName,
    vars: Any,
  },
  { requiredKeys: ['chain'] },
)
const Markdown = fc
  .array(
    fc.oneof(
      Text,
      fc
        .tuple(
          fc.constantFrom('sh', 'bash', 'js', 'python', 'zsh', 'yaml', ''),
          keysOf('name', 'cwd', 'interactive', 'background', 'interpreter', 'promptEnv'),
          Text,
        )
        .map(
          ([language, keys, code]) => `\`\`\`${language} ${JSON.stringify(keys)}\n${code}\n\`\`\``,
        ),
      Text.map((words) => `## ${words}`),
      Text.map((words) => `1. ${words}`),
      Text.map((words) => `- \`kubectl get ${words}\``),
    ),
    { maxLength: 12 },
  )
  .map((lines) => lines.join('\n'))

// oxlint-disable vitest/expect-expect -- `importAny` is what is expected
describe('any file', () => {
  test('of random characters is refused or read, never thrown at the caller', () => {
    fc.assert(
      fc.property(
        fc.oneof(Text, fc.string({ unit: 'binary', maxLength: 400 })),
        Format,
        Name,
        (text, format, name) => void importAny(text, format, name),
      ),
      { numRuns: 400 },
    )
  })
  test.each([
    ['rundeck', fc.oneof(fc.array(Job, { maxLength: 3 }), Job)],
    ['orquesta', Orquesta],
    ['action-chain', Chain],
  ] as const)('that looks like %s gives runbooks that pass our lint', (format, arbitrary) => {
    fc.assert(
      fc.property(
        arbitrary as fc.Arbitrary<unknown>,
        (value) => void importAny(JSON.stringify(value), format),
      ),
      { numRuns: 200 },
    )
  })
  test.each(['runme', 'holmes-skill'] as const)(
    'of Markdown gives runbooks that pass our lint as %s',
    (format) => {
      fc.assert(
        fc.property(
          fc.oneof(
            Markdown,
            Markdown.map((text) => `---\nname: a\ndescription: b\n---\n${text}`),
          ),
          (text) => void importAny(text, format, 'x.md'),
        ),
        { numRuns: 200 },
      )
    },
  )
})

describe('an attack', () => {
  test('by aliases that multiply is refused in words', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let n = 1; n < 12; n += 1)
      lines.push(`a${n}: &a${n} [${Array.from({ length: 10 }, () => `*a${n - 1}`).join(', ')}]`)
    const { report, runbooks } = importAny(
      `${lines.join('\n')}\nsequence: {commands: *a11}\n`,
      'rundeck',
    )
    expect(runbooks).toEqual([])
    expect(report[0]!.why).toMatch(/aliases/)
  })
  test('by an anchor that holds itself is refused in words', () => {
    expect(importAny('chain: &a [*a]\n', 'action-chain').runbooks).toEqual([])
  })
  test.each([ImportFormat.options])(
    'by brackets nested by the thousand is survived',
    (...formats) => {
      for (const format of formats) {
        importAny('['.repeat(20_000), format)
        importAny(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`, format)
        importAny(`${'> '.repeat(5_000)}x\n`, format, 'x.md')
        importAny(`${'- '.repeat(5_000)}x\n`, format, 'x.md')
      }
    },
  )
  test('by size is refused with the limit', () => {
    expect(importAny('x'.repeat(500_001)).report[0]!.why).toMatch(
      /500,001 characters; at most 500,000/,
    )
  })
  test('by a key of every object finds nothing of ours', () => {
    const { runbooks } = importAny(
      '- name: a\n  sequence: {commands: [{exec: "echo ${option.__proto__} ${option.constructor}"}]}\n',
    )
    expect(runbooks[0]!.markdown).toContain('"qd.kind":"manual"')
  })
})
