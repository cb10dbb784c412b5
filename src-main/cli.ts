import { enableCompileCache } from 'node:module'
import { Command, CommanderError } from 'commander'
import { Refusal } from '#contract'
import type { Flags } from '#platform/config'
import type { ImportFlags } from './commands/import'
import type { ExportFlags } from './commands/runs'
import type { VerifyFlags } from './commands/audit'
import type { AddFlags } from './commands/sources'

enableCompileCache()

/** A wrong flag or argument; `1` is a refusal or a check that failed. */
const WRONG_USE = 2

function sharedFlags(command: Command): Command {
  return command
    .option('--data <folder>', 'where everything is kept')
    .option(
      '--database <url>',
      'a postgres: URL shared by several consoles (default: SQLite in the data folder)',
    )
    .option(
      '--vault <tier>',
      'os-keychain, passphrase, memory (this session only) or insecure-file (default: as the store was sealed)',
    )
    .option(
      '--vault-passphrase-fd <n>',
      "read the vault's passphrase from this open file descriptor, e.g. 3 with 3<file",
    )
    .option('--log-level <level>', 'debug, info, warn or error')
}

function consoleFlags(command: Command): Command {
  return sharedFlags(command)
    .option('--port <port>', "the interface's port on 127.0.0.1 (default: any free one)")
    .option('--socket <path>', 'a Unix socket instead of a port, for `ssh -L`')
    .option(
      '--public-origin <origin>',
      'how the browser names us behind `ssh -L`, e.g. http://127.0.0.1:8787',
    )
    .option('--intake-port <port>', 'where alerts are taken in (default: the setting, 8425)')
    .option('--no-open', 'print the address instead of opening the browser')
}

function build(): Command {
  const program = new Command('quarterdeck')
    .description('A desktop console for AI-assisted operations. Credentials stay on this machine.')
    .version(QUARTERDECK_VERSION)
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text) })
  consoleFlags(
    program
      .command('start')
      .description('open the console: in Electron where it is, else in the browser'),
  )
    .option('--host <host>', 'electron or browser (default: whichever works here)')
    .action(async (flags: Flags & { host?: string }) =>
      (await import('./commands/start')).start(flags),
    )
  consoleFlags(program.command('serve').description('take alerts in without an interface')).action(
    async (flags: Flags) => (await import('./commands/start')).serve(flags),
  )
  consoleFlags(
    program.command('demo').description('the console with a little world that breaks, offline'),
  )
    .option('--auto', 'play every scenario, approve as an operator would, and exit')
    .action(async (flags: Flags & { auto?: boolean }) =>
      (await import('./commands/demo')).demo(flags),
    )
  sharedFlags(
    program.command('open').description('a fresh address for the console that is running'),
  ).action(async (flags: Flags) => (await import('./commands/open')).open(flags))
  sharedFlags(
    program.command('doctor').description('check what Quarterdeck needs and say what to do'),
  ).action(async (flags: Flags) => (await import('./commands/doctor')).doctor(flags))
  addAuditCommands(program)
  addSourceCommands(program)
  addRunCommands(program)
  addRunbookCommands(program)
  sharedFlags(
    program.command('backup').description('copy the store, also while it is in use'),
  ).action(async (flags: Flags) => (await import('./commands/maintenance')).makeBackup(flags))
  sharedFlags(
    program.command('restore <file>').description("put a backup in the store's place"),
  ).action(async (file: string, flags: Flags) =>
    (await import('./commands/maintenance')).restoreBackup(file, flags),
  )
  return program
}

function addRunbookCommands(program: Command): void {
  const runbook = program.command('runbook').description('runbooks')
  runbook
    .command('lint <files...>')
    .description('check runbooks; exits 1 when one has an error')
    .action(async (files: string[]) => (await import('./commands/runbooks')).lintRunbooks(files))
  runbook
    .command('test <files...>')
    .description(
      'play runbooks as FILE.test.yaml beside them says; exits 1 when one goes another way',
    )
    .action(async (files: string[]) => (await import('./commands/runbooks')).testRunbooks(files))
  runbook
    .command('import <files...>')
    .description(
      'make runbooks of Runme, HolmesGPT, Rundeck and StackStorm files, and say what was left out',
    )
    .option('--out <folder>', 'write them there (default: only say what they would be)')
    .option(
      '--format <format>',
      'runme, holmes-skill, rundeck, action-chain or orquesta (default: recognised)',
    )
    .option('--report <form>', 'table or json', 'table')
    .option('--force', 'also over files that are there')
    .action(async (files: string[], flags: ImportFlags) =>
      (await import('./commands/import')).importRunbooks(files, flags),
    )
}

function addRunCommands(program: Command): void {
  const run = program.command('run').description('runs as files')
  sharedFlags(run.command('export <run>').description('write a run that has ended into a file'))
    .option('--json', 'everything, for programs; `run verify` checks it (default)')
    .option('--pdf', 'to read and print, with the JSON attached')
    .option('--out <file>', "where to (default: the run's id in this folder)")
    .action(async (id: string, flags: ExportFlags) =>
      (await import('./commands/runs')).exportRun(id, flags),
    )
  run
    .command('verify <file>')
    .description('check that an exported JSON is as it was made; exits 1 when not')
    .option('--digest <sha256>', 'what was written down for it (default: FILE.sha256, if there)')
    .action(async (file: string, flags: { digest?: string }) =>
      (await import('./commands/runs')).verifyRun(file, flags),
    )
}

function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('the audit log')
  sharedFlags(
    audit
      .command('verify [file]')
      .description(
        'check both chains of the store; or an exported log, without the store and with trusted keys only',
      ),
  )
    .option('--keys <keys>', 'of an exported log: the public keys to trust, from `audit keys`')
    .option('--head <hash>', 'of an exported log: its newest hash, as you wrote it down')
    .option('--from <entry>', 'of an exported log: check approvals and runs from this entry on')
    .action(async (file: string | undefined, flags: Flags & VerifyFlags) =>
      file === undefined
        ? (await import('./commands/maintenance')).verifyAudit(flags)
        : (await import('./commands/audit')).verifyExport(file, flags),
    )
  sharedFlags(
    audit.command('export <file>').description('the whole log with the public keys, as JSON lines'),
  ).action(async (file: string, flags: Flags) =>
    (await import('./commands/audit')).exportAudit(file, flags),
  )
  sharedFlags(
    audit.command('keys <file>').description('the public keys of all operators, to be kept apart'),
  ).action(async (file: string, flags: Flags) =>
    (await import('./commands/audit')).exportKeys(file, flags),
  )
}

function addSourceCommands(program: Command): void {
  const source = program
    .command('source')
    .description('who sends: for machines without an interface')
  sharedFlags(source.command('list').description('name, kind, state and address of each')).action(
    async (flags: Flags) => (await import('./commands/sources')).listSources(flags),
  )
  sharedFlags(source.command('add <kind>').description('a new source; prints its address'))
    .option('--name <name>', 'its name in the address (default: its kind)')
    .option('--title <title>', 'what people call it (default: its name)')
    .action(async (kind: string, flags: AddFlags) =>
      (await import('./commands/sources')).addSource(kind, flags),
    )
  sharedFlags(
    source
      .command('secret <name>')
      .description('set the secret it signs with, from standard input'),
  )
    .option('--make', 'make one and print it')
    .action(async (name: string, flags: Flags & { make?: boolean }) =>
      (await import('./commands/sources')).setSourceSecret(name, flags),
    )
  sharedFlags(
    program
      .command('replay <from>')
      .description('read all deliveries of another store into a fresh one (--data NEW)'),
  ).action(async (from: string, flags: Flags) =>
    (await import('./commands/replay')).replayStore(from, flags),
  )
}

try {
  await build().parseAsync()
} catch (error) {
  process.exitCode = report(error)
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USE
  if (error instanceof Refusal) {
    process.stderr.write(`quarterdeck: ${error.message}\n`)
    return error.code === 'invalid_input' ? WRONG_USE : 1
  }
  process.stderr.write(
    `quarterdeck: this is a mistake in Quarterdeck, please report it.\n${error instanceof Error ? error.stack : String(error)}\n`,
  )
  return 1
}
