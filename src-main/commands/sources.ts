import { Refusal } from '#contract'
import { SourceKind } from '#contract/intake'
import { type Flags, parseConfig } from '#platform/config'
import { type Console, openConsole } from './console'
import { unlockHere } from './passphrase'

const print = (text: string) => process.stdout.write(`${text}\n`)

/** For machines without an interface: the same orders as under Intake, on a store that no console holds. */
async function withConsole(flags: Flags, work: (console: Console) => Promise<void>): Promise<void> {
  const config = parseConfig(flags, process.env)
  const console = await openConsole(config)
  try {
    await unlockHere(console, config)
    await console.intake.prepare()
    await work(console)
  } finally {
    await console.close()
  }
}

/** Name, kind and address of each source, a line each. */
export function listSources(flags: Flags): Promise<void> {
  return withConsole(flags, async ({ intake, caller }) => {
    for (const { name, kind, enabled, proof, url } of await intake.sources({}, caller()))
      print(`${name}\t${kind}\t${enabled ? 'on' : 'off'}\t${proof.state}\t${url}`)
  })
}

export interface AddFlags extends Flags {
  name?: string
  title?: string
}

/** Prints the address of the new source. */
export function addSource(kind: string, flags: AddFlags): Promise<void> {
  const known = SourceKind.safeParse(kind)
  if (!known.success)
    throw new Refusal(
      'invalid_input',
      `There is no kind of source called “${kind}”. Choose one of: ${SourceKind.options.join(', ')}.`,
    )
  return withConsole(flags, async ({ intake, caller, admit }) => {
    await admit('admin')
    const name = flags.name ?? known.data
    const title = flags.title ?? name
    const wish = { name, kind: known.data, title, mapping: null }
    const source = await intake.addSource(wish, caller())
    print(source.url)
  })
}

/** Sets the secret that is read from standard input, or makes one and prints it. Never from the command line, which others can see. */
export function setSourceSecret(name: string, flags: Flags & { make?: boolean }): Promise<void> {
  return withConsole(flags, async ({ intake, caller, admit }) => {
    await admit('admin')
    const secret = flags.make === true ? null : await readSecret()
    const set = await intake.setSecret({ name, secret, overlapHours: 24 }, caller())
    print(
      set.secret ?? `The secret of ${name} is in the vault: every delivery is checked from now on.`,
    )
  })
}

async function readSecret(): Promise<string> {
  process.stdin.setEncoding('utf8')
  let text = ''
  for await (const piece of process.stdin) text += String(piece)
  const secret = text.trim()
  if (secret.length >= 8) return secret
  throw new Refusal(
    'invalid_input',
    'Give the secret on standard input, at least 8 characters; or let one be made with --make. Nothing was changed.',
  )
}
