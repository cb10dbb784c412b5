import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Keychain, KeychainError } from './keychain'

const OWNER_ONLY = 0o600

/**
 * Tier `insecure-file`: the key lies in the open, in a file for its owner alone. A file that others may read is not
 * used: somebody may have.
 */
export function createKeyFiles(folder: string | undefined): Keychain {
  const fileOf = (account: string) => {
    if (folder === undefined)
      throw new KeychainError('unavailable', 'There is no folder for a key file here.')
    return join(folder, `${account}.key`)
  }
  return {
    async read(account) {
      const file = fileOf(account)
      return inWords(async () => {
        await refuseOpenToOthers(file)
        return (await readFile(file, 'utf8')).trim()
      })
    },
    async write(account, text) {
      const file = fileOf(account)
      await inWords(() => writeDurably(folder!, file, text))
    },
    async remove(account) {
      const file = fileOf(account)
      await inWords(() => rm(file, { force: true }))
    },
  }
}

/** A power cut leaves the whole file or none. */
async function writeDurably(folder: string, file: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}`
  await rm(draft, { force: true })
  const handle = await open(draft, 'wx', OWNER_ONLY)
  try {
    await handle.writeFile(`${text}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
  if (process.platform === 'win32') return // folders cannot be synced there
  const place = await open(folder)
  try {
    await place.sync()
  } finally {
    await place.close()
  }
}

async function refuseOpenToOthers(file: string): Promise<void> {
  if (process.platform === 'win32') return // its access lists are not in the mode
  const { mode } = await stat(file)
  if ((mode & 0o077) === 0) return
  throw new KeychainError(
    'denied',
    `The key file ${file} can be read by others (mode ${(mode & 0o777).toString(8)}). ` +
      `Make it yours alone with \`chmod 600 ${file}\`, and rotate the key if somebody may have read it`,
  )
}

async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof KeychainError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    throw new KeychainError(code === 'ENOENT' ? 'missing' : 'unavailable', message, {
      cause: error,
    })
  }
}
