import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { defineConfig } from '@playwright/test'

/** Is Electron's own binary here? The npm package brings it only on first use, from a place not every machine reaches. */
function hasElectron(): boolean {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  const name = join(folder, 'path.txt')
  return existsSync(name) && existsSync(join(folder, 'dist', readFileSync(name, 'utf8')))
}

/** Why no journey runs in Electron. They are listed and counted as skipped all the same, never as passed. */
const whyNoElectron = hasElectron()
  ? 'the journeys start the console in the browser host only, so far'
  : 'its program is not here (`npx install-electron` fetches it)'
// Workers read this file as well; one line is enough.
if (process.env['TEST_WORKER_INDEX'] === undefined)
  console.warn(`journeys in Electron skipped: ${whyNoElectron}`)

export default defineConfig({
  testDir: '.',
  testMatch: '*.e2e.ts',
  outputDir: '../test-results',
  timeout: 240_000, // a verified fix of the demo takes the better part of a minute, on a busy machine minutes
  expect: { timeout: 30_000 },
  use: { actionTimeout: 15_000 },
  fullyParallel: false,
  workers: 1, // each journey starts a whole console: two at once starve each other on a small machine
  retries: process.env['CI'] ? 2 : 0, // shared machines stall; a second try tells a stall from a fault
  forbidOnly: !!process.env['CI'],
  projects: [
    { name: 'browser', metadata: { host: 'browser' } },
    { name: 'electron', metadata: { host: 'electron', skip: whyNoElectron } },
  ],
})
