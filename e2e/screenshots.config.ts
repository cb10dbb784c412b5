import { defineConfig } from '@playwright/test'

/** Not a journey: it takes pictures. `npm run screenshots` */
export default defineConfig({
  testDir: '.',
  testMatch: 'screenshots.ts',
  outputDir: '../test-results',
  workers: 1,
  expect: { timeout: 30_000 },
  use: { actionTimeout: 30_000 },
})
