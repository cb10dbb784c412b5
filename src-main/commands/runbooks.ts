import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Refusal } from '#contract'
import { RunbookId } from '#contract/primitives'
import { readTestFile, testRunbook } from '#domains/rehearsals'
import { lintRunbook } from '#domains/runbooks'

const print = (text: string): void => void process.stdout.write(`${text}\n`)

/** Prints `file:line: level: message`, as compilers do. Exits 1 when there is an error. */
export function lintRunbooks(files: readonly string[]): void {
  let errors = 0
  for (const file of files) {
    const problems = lintRunbook(read(file))
    for (const { line, level, message } of problems) print(`${file}:${line}: ${level}: ${message}`)
    errors += problems.filter(({ level }) => level === 'error').length
    if (problems.length === 0) print(`${file}: fine`)
  }
  if (errors > 0) process.exitCode = 1
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Refusal('not_found', `${file} cannot be read (${String(error)}).`, { cause: error })
  }
}

/** Plays each runbook's tests. Reaches nothing: targets and people are stood in for. */
export async function testRunbooks(files: readonly string[]): Promise<void> {
  let passed = 0
  let failed = 0
  for (const file of files) {
    const place = file.replace(/\.test\.yaml$/, '.md').replace(/\.md$/, '')
    const { tests, problems } = readTestFile(read(`${place}.test.yaml`))
    for (const { line, message } of problems) print(`${place}.test.yaml:${line}: error: ${message}`)
    failed += problems.length
    const markdown = read(`${place}.md`)
    for (const test of tests) {
      const id = idOf(place)
      const { name, differences } = await testRunbook(id, markdown, test, besides(place))
      print(`${differences.length === 0 ? 'ok    ' : 'FAILED'} ${id}: ${name}`)
      for (const difference of differences) print(`         ${difference}`)
      if (differences.length === 0) passed += 1
      else failed += 1
    }
  }
  print(`${passed} passed, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
}

function idOf(place: string): RunbookId {
  const { data, success } = RunbookId.safeParse(basename(place))
  if (success) return data
  throw new Refusal(
    'invalid_input',
    `${place}.md is no name of a runbook: lower case words joined by hyphens.`,
  )
}

/** Runbooks in the same folder, for those that call others. */
const besides = (place: string) => (id: RunbookId) => {
  const file = join(dirname(place), `${id}.md`)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}
