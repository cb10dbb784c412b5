// `npm run eval` and `npm run train`: loads one of the files beside this one with the bundler's rules, so that what is
// measured is what is shipped, and no build has to come first.
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

interface Task {
  run(args: readonly string[]): Promise<boolean>
}

const TASKS: Readonly<Record<string, string>> = { eval: './evaluate.ts', train: './train.ts' }
const [name = '', ...args] = process.argv.slice(2)
const file = TASKS[name]
if (file === undefined) {
  console.error(`Say what to do: ${Object.keys(TASKS).join(' or ')}.`)
  process.exit(2)
}
const { module } = await runnerImport<Task>(fileURLToPath(new URL(file, import.meta.url)), {
  configFile: false,
  root: fileURLToPath(new URL('../..', import.meta.url)),
  logLevel: 'error',
})
process.exitCode = (await module.run(args)) ? 0 : 1
