import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { replayStore } from './replay'

const folder = mkdtempSync(join(tmpdir(), 'qd-replay-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('where there is no store nothing is made, and it says what to give', async () => {
  const from = join(folder, 'nobody')
  await expect(replayStore(from, { data: join(folder, 'new') })).rejects.toMatchObject({
    code: 'not_found',
    message: expect.stringContaining('Give the data folder') as string,
  })
  expect(existsSync(from)).toBe(false)
})
