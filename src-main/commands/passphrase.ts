import { closeSync, readFileSync } from 'node:fs'
import { Refusal } from '#contract'
import type { Config } from '#platform/config'
import type { Console } from './console'

const print = (text: string) => process.stderr.write(`${text}\n`)
const TRIES = 3

/**
 * Opens a vault that asks for its passphrase where no interface does: from the file descriptor that was named, else by
 * asking on the terminal. Without either it stays locked, and says so. Refused like `unlock`.
 */
export async function unlockHere(console: Console, { passphraseFd }: Config): Promise<void> {
  const { credentials, caller } = console
  const { asks, detail } = await credentials.vault({}, caller())
  if (asks === 'nothing') return
  if (passphraseFd !== undefined) {
    await credentials.unlock({ passphrase: readOnce(passphraseFd) }, caller())
    return
  }
  if (!process.stdin.isTTY) {
    print(`${detail} Name a file descriptor with --vault-passphrase-fd, or start it on a terminal.`)
    return
  }
  if (asks === 'new_passphrase') print(detail)
  for (let left = TRIES; ; left -= 1) {
    try {
      await credentials.unlock({ passphrase: await ask(asks) }, caller())
      return
    } catch (error) {
      if (!(error instanceof Refusal) || left === 1) throw error
      print(error.message)
    }
  }
}

/** Closed at once, so that no program that is started later inherits it. */
function readOnce(descriptor: number): string {
  try {
    return readFileSync(descriptor, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    throw new Refusal(
      'invalid_input',
      `The passphrase could not be read from the file descriptor ${descriptor} (${(error as Error).message}). ` +
        'Open it in the shell, as in: quarterdeck serve --vault-passphrase-fd 3 3< FILE',
      { cause: error },
    )
  } finally {
    try {
      closeSync(descriptor)
    } catch {
      // It was never open: the refusal says so.
    }
  }
}

async function ask(asks: 'passphrase' | 'new_passphrase'): Promise<string> {
  const first = await askHidden('Passphrase of the vault: ')
  if (asks === 'passphrase') return first
  if ((await askHidden('The same again: ')) === first) return first
  throw new Refusal('invalid_input', 'The two were not the same. Nothing was stored.')
}

const ENTER = /[\r\n]/
const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const ERASE = new Set(['\u007F', '\b'])

/** One line from the terminal, not shown. Ctrl-C ends the process as always. */
function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process
  const { promise, resolve } = Promise.withResolvers<string>()
  let typed = ''
  stderr.write(question)
  stdin.setRawMode(true).setEncoding('utf8').resume()
  function finish() {
    stdin.off('data', take).setRawMode(false).pause()
    stderr.write('\n')
  }
  function take(text: string) {
    for (const letter of text) {
      if (letter === CTRL_C) {
        finish()
        process.kill(process.pid, 'SIGINT')
        return
      }
      if (ENTER.test(letter) || letter === CTRL_D) {
        finish()
        resolve(typed)
        return
      }
      typed = ERASE.has(letter) ? typed.slice(0, -1) : typed + letter
    }
  }
  stdin.on('data', take)
  return promise
}
