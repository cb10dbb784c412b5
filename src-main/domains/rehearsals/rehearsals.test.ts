import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RunbookId } from '#contract/primitives'
import { readTestFile, testRunbook } from '.'

const SHIPPED = join(import.meta.dirname, '../../../resources/runbooks')
const nothingElse = () => undefined

const fence = (name: string, attributes: object, code: string) =>
  `\`\`\`sh ${JSON.stringify({ name, ...attributes })}\n${code}\n\`\`\`\n`
const FRONT = '---\ntarget: web-1\noutputs:\n  - { name: pid, type: integer }\n---\n'
const look = fence('look', { 'qd.kind': 'check', 'qd.output': 'pid' }, 'pidof app')
const fix = fence('fix', { 'qd.kind': 'change', 'qd.undo': 'back' }, 'kill "$QD_PID"')
const back = fence('back', { 'qd.kind': 'change' }, 'systemctl start app')

/** The differences of the tests in this YAML, in order. */
async function differences(markdown: string, yaml: string, others = nothingElse as Others) {
  const { tests, problems } = readTestFile(yaml)
  expect(problems).toEqual([])
  const results = []
  for (const one of tests) results.push(await testRunbook('r' as RunbookId, markdown, one, others))
  return results.map((result) => result.differences)
}
type Others = (id: RunbookId) => string | undefined

describe('a runbook’s test', () => {
  test('plays what steps give, what fails, and the way back', async () => {
    const yaml = `tests:
  - name: fine
    steps: { look: { meets: { prints: '42' } } }
    expect: { ran: [look, fix], asks: [fix], status: succeeded }
  - name: taken back
    steps: { look: { meets: { prints: '42' } } }
    undo: true
    expect: { ran: [look, fix, back], asks: [fix, back], status: undone }
  - name: nothing to kill
    steps: { look: { meets: { exit: 1 } } }
    expect: { ran: [look], status: failed, steps: { fix: pending } }
  - name: a strange answer
    steps: { look: { meets: { prints: none } } }
    expect: { status: failed, reason: is not a whole number }
`
    expect(await differences(FRONT + look + fix + back, yaml)).toEqual([[], [], [], []])
  })

  test('says what went another way', async () => {
    const yaml = `tests:
  - name: wrong in every way
    steps: { look: { meets: { prints: '42' } } }
    expect:
      ran: [look]
      asks: []
      status: failed
      reason: the moon
      steps: { fix: rejected }
      tiers: { look: change }
      inputs: { unit: nginx }
`
    const [found] = await differences(FRONT + look + fix + back, yaml)
    expect(found!.map((words) => words.split(':')[0])).toEqual([
      'input unit',
      'status',
      'reason',
      'ran',
      'asks',
      'step fix',
      'tier of look',
    ])
  })

  test('cannot pass by a slip of the pen, or because nothing ran', async () => {
    const yaml = `tests:
  - name: no such step
    steps: { lok: { meets: { exit: 1 } } }
    expect: { steps: { fixx: succeeded } }
  - name: no target
    targets: { web-1: [] }
    expect: { problems: [nowhere to run], status: succeeded }
`
    const [slip, none] = await differences(FRONT + look + fix + back, yaml)
    expect(slip).toEqual(
      expect.arrayContaining(['the runbook has no step “lok”', 'the runbook has no step “fixx”']),
    )
    expect(none).toEqual(expect.arrayContaining([expect.stringMatching(/nothing can run/)]))
  })

  test('goes to several targets, jumps over waits, and knows what is not known', async () => {
    const all = fence(
      'fix',
      { 'qd.kind': 'change', 'qd.undo': 'none', 'qd.on': 'webs', 'qd.fan': 'serial' },
      'reboot',
    )
    const wait = '```text {"name":"rest","qd.kind":"wait","qd.timer":"12h"}\nLet it rest.\n```\n'
    const yaml = `tests:
  - name: all of them
    targets: { webs: [a, b, c] }
    expect: { ran: [fix, fix, fix], asks: [fix], status: succeeded }
  - name: one is lost, and a person says that it was done
    targets: { webs: [a, b] }
    steps: { fix: { meets: { lost: true }, unknown: done } }
    expect: { status: succeeded }
  - name: one is lost, and was not done
    targets: { webs: [a, b] }
    steps: { fix: { meets: { lost: true } } }
    expect: { status: failed }
`
    expect(await differences(`---\ntarget: local\n---\n${all}${wait}`, yaml)).toEqual([[], [], []])
  })

  test('calls the runbooks beside it', async () => {
    const call = '```text {"name":"sub","qd.run":"other"}\nThe other one.\n```\n'
    const other = `---\ntarget: local\n---\n${fence('inner', { 'qd.kind': 'check' }, 'uptime')}`
    const yaml = 'tests:\n  - { name: called, expect: { ran: [sub/inner], status: succeeded } }\n'
    const found = await differences(`---\ntarget: local\n---\n${call}`, yaml, (id) =>
      id === 'other' ? other : undefined,
    )
    expect(found).toEqual([[]])
  })
})

test('what is wrong in a test file is named with its line', () => {
  const typo = 'tests:\n  - name: x\n    expect:\n      statsu: failed\n'
  expect(readTestFile(typo).problems).toEqual([
    { line: expect.any(Number), message: expect.stringContaining('statsu') },
  ])
  expect(readTestFile('tests: [\n').problems[0]).toMatchObject({ line: 2 })
  expect(readTestFile('').problems).toHaveLength(1)
})

describe('shipped tests', () => {
  const files = readdirSync(SHIPPED).filter((file) => file.endsWith('.test.yaml'))
  test.each(files)('%s', async (file) => {
    const id = file.replace('.test.yaml', '') as RunbookId
    const { tests, problems } = readTestFile(readFileSync(join(SHIPPED, file), 'utf8'))
    expect(problems).toEqual([])
    const markdown = readFileSync(join(SHIPPED, `${id}.md`), 'utf8')
    for (const one of tests)
      expect(await testRunbook(id, markdown, one, nothingElse)).toMatchObject({ differences: [] })
  })
})
