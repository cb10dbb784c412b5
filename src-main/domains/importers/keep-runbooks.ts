import { randomUUID } from 'node:crypto'
import { access, link, mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal } from '#contract'

interface File {
  readonly fileName: string
  readonly markdown: string
}

/** Files that are in place, and how to settle for them or take them away again. */
export interface Kept {
  /** Puts everything back as it was. */
  undo(): Promise<void>
  /** Lets go of what they replaced. */
  done(): Promise<void>
}

/** Which of these names the folder has. */
export async function namesTaken(folder: string, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    names.map((name) =>
      access(join(folder, name)).then(
        () => true,
        () => false,
      ),
    ),
  )
  return names.filter((_, at) => found[at])
}

/**
 * Writes files into a folder, all of them or none: each is whole on disk before the first takes its place, and a place
 * that was taken in the meantime puts everything back. Refuses with what happened and what was kept.
 */
export async function keepAll(
  folder: string,
  files: readonly File[],
  replace: boolean,
): Promise<Kept> {
  const mark = randomUUID()
  const hidden = (name: string, what: string) => join(folder, `.${name}.${mark}.${what}`)
  const placed: { path: string; old: string | undefined }[] = []
  const clean = () =>
    Promise.all(files.map(({ fileName }) => rm(hidden(fileName, 'new'), { force: true })))
  const undo = async () => {
    for (const { path, old } of placed.toReversed())
      if (old === undefined) await rm(path, { force: true })
      else await rename(old, path)
  }
  try {
    await mkdir(folder, { recursive: true })
    for (const { fileName, markdown } of files) await writeWhole(hidden(fileName, 'new'), markdown)
    for (const { fileName } of files) {
      const path = join(folder, fileName)
      const old = replace ? await setAside(path, hidden(fileName, 'old')) : undefined
      if (old !== undefined) placed.push({ path, old })
      await link(hidden(fileName, 'new'), path) // unlike rename, never over a file
      if (old === undefined) placed.push({ path, old })
    }
  } catch (error) {
    await undo()
    await clean()
    throw new Refusal(
      'conflict',
      `The runbooks could not be written into ${folder} (${String(error)}). Nothing was kept. See to the folder and try again.`,
      { cause: error },
    )
  }
  await clean()
  return {
    undo,
    async done() {
      for (const { old } of placed) if (old !== undefined) await rm(old, { force: true })
    },
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Moves a file out of the way; undefined when there is none. */
async function setAside(path: string, to: string): Promise<string | undefined> {
  try {
    await rename(path, to)
    return to
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
