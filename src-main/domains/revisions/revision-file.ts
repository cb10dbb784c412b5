import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RunbookId } from '#contract/primitives'

/** SHA-256 of a file's bytes, as runbooks are told apart. */
export function revisionOf(markdown: string | Uint8Array): string {
  return createHash('sha256').update(markdown).digest('hex')
}

export function pathOf(folder: string, id: RunbookId): string {
  return join(folder, `${id}.md`)
}

/** Of the file as it is at this moment; undefined where there is none. */
export async function revisionOnDisk(path: string): Promise<string | undefined> {
  try {
    return revisionOf(await readFile(path))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Whole or not at all: written beside its place, flushed, then moved there. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomBytes(4).toString('hex')}.part`
  await mkdir(dirname(path), { recursive: true })
  try {
    const file = await open(beside, 'wx')
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
