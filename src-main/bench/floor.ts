import { endPolitely, answerOf, newFolder, startHelper } from '#bench/workshop'

/** Where the bare server is. */
export interface Floor {
  /** Takes any POST and answers when its bytes are on disk. */
  readonly http: string
  /** Sends every text back, and tells the number of each delivery that was kept. */
  readonly ws: string
  stop(): Promise<void>
}

/** node:http, ws and a SQLite table with the product's own promises to the disk, and nothing else. */
export async function startFloor(): Promise<Floor> {
  const helper = startHelper(import.meta.resolve('#bench/floor-process'))
  const answer = answerOf<{ port: number }>(helper)
  helper.send({ folder: newFolder() })
  const { port } = await answer
  const address = `127.0.0.1:${port}`
  return { http: `http://${address}/`, ws: `ws://${address}/`, stop: () => endPolitely(helper) }
}
