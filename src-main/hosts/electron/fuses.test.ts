import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FuseState, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { burnFuses } from './fuses'

/** What marks the fuses in Electron's program (Electron, docs/tutorial/fuses.md). */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
/** As Electron ships them. */
const SHIPPED = '101100011'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qd-fuses-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function createProgram(wire: string): string {
  const path = join(folder, 'electron')
  writeFileSync(
    path,
    Buffer.concat([
      Buffer.from(`code ${SENTINEL}`),
      Buffer.from([1, wire.length]),
      Buffer.from(`${wire} code`),
    ]),
  )
  return path
}

test('every fuse is burnt as decided', async () => {
  const program = createProgram(SHIPPED)
  await burnFuses(program, { isMac: false })
  expect(await getCurrentFuseWire(program)).toEqual({
    version: FuseVersion.V1,
    [FuseV1Options.RunAsNode]: FuseState.DISABLE,
    [FuseV1Options.EnableCookieEncryption]: FuseState.ENABLE,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: FuseState.DISABLE,
    [FuseV1Options.EnableNodeCliInspectArguments]: FuseState.DISABLE,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: FuseState.ENABLE,
    [FuseV1Options.OnlyLoadAppFromAsar]: FuseState.ENABLE,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: FuseState.DISABLE,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: FuseState.DISABLE,
    [FuseV1Options.WasmTrapHandlers]: FuseState.ENABLE,
  })
})

test('an Electron with a fuse that nobody decided on is not packaged', async () => {
  await expect(burnFuses(createProgram(`${SHIPPED}1`), { isMac: false })).rejects.toThrow(
    /strictlyRequireAllFuses/,
  )
})
