import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses'

/**
 * Switches that are burnt into Electron's program when it is packaged. Each has a value here on purpose: a new one in a
 * later Electron does not compile, and does not package, until somebody has decided.
 */
const fuses = {
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true, // macOS and Windows; Linux does not look at it
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  [FuseV1Options.WasmTrapHandlers]: true,
} as const satisfies Record<FuseV1Options, boolean>

/** Burns them into Electron's program, before signing seals it. Fails for an Electron that has a fuse we do not name. */
export async function burnFuses(program: string, { isMac }: { isMac: boolean }): Promise<void> {
  await flipFuses(program, {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    resetAdHocDarwinSignature: isMac,
    ...fuses,
  })
}
