import { endPolitely, answerOf, newFolder, startHelper } from '#bench/workshop'

/** Where the bare server is. */
export interface Floor {
  /** Takes any POST and answers when its bytes are on disk. */
  readonly http: string
  /** Sends every text back, and tells the number of each delivery that was kept. */
  readonly ws: string
  stop(): Promise<void>
}

/** What the bare server is told at its start. */
export interface FloorOrder {
  readonly folder: string
  /** Checks the sender's signature, as the product does: else its rate would be held against one that proves nothing. */
  readonly signedWith: string | undefined
}

/** node:http, ws and a SQLite table with the product's own promises to the disk and about senders, and nothing else. */
export async function startFloor(signedWith?: string): Promise<Floor> {
  const helper = startHelper(import.meta.resolve('#bench/floor-process'))
  const answer = answerOf<{ port: number }>(helper)
  helper.send({ folder: newFolder(), signedWith } satisfies FloorOrder)
  const { port } = await answer
  const address = `127.0.0.1:${port}`
  return { http: `http://${address}/`, ws: `ws://${address}/`, stop: () => endPolitely(helper) }
}
