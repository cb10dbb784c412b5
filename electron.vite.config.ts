import { readdirSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'
import { version } from './package.json' with { type: 'json' }

/** Programs of ours that main starts as processes of their own: each file of this folder is one. */
const PROGRAMS = resolve('src-main/programs')
const programs = readdirSync(PROGRAMS)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => [basename(file, '.ts'), resolve(PROGRAMS, file)])

/** Made of many small ES modules: as one file they start in a fraction of the time. All others stay packages. */
const BUNDLED = [
  'canonicalize',
  'commander',
  'kysely',
  'mdast-util-from-markdown',
  'ulid',
  'unbash',
  'yaml',
  'zod',
]

/** The bundler of Electron apps wants relative addresses; ours are routes of any depth on one origin. */
const fromTheRoot: Plugin = { name: 'quarterdeck:from-the-root', config: () => ({ base: '/' }) }

export default defineConfig(({ mode }) => {
  const define = {
    QUARTERDECK_VERSION: JSON.stringify(version),
    'process.env.NODE_ENV': JSON.stringify(mode),
  }
  return {
    main: {
      define,
      build: {
        outDir: 'out/main',
        target: 'node22',
        sourcemap: true,
        externalizeDeps: { exclude: BUNDLED },
        rolldownOptions: {
          input: {
            index: resolve('src-main/index.ts'), // Electron starts here
            cli: resolve('src-main/cli.ts'), // plain Node starts here
            ...Object.fromEntries(programs),
          },
          // All in one folder: `import.meta.dirname` is where the programs are, in whatever chunk it stands.
          output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
        },
      },
    },
    preload: {
      define,
      build: {
        outDir: 'out/preload',
        target: 'node24',
        externalizeDeps: false, // a sandboxed preload can require nothing but Electron
        rolldownOptions: {
          input: { index: resolve('src-preload/index.ts') },
          output: { format: 'cjs', entryFileNames: '[name].cjs' },
        },
      },
    },
    renderer: {
      root: 'src-renderer',
      define,
      plugins: [react(), tailwindcss(), fromTheRoot],
      build: {
        outDir: 'out/renderer',
        target: 'es2023', // Electron's Chromium, and the browsers of the last two years
        minify: true,
        chunkSizeWarningLimit: 1000, // kB; what is large is loaded when it is needed, from this machine
        assetsInlineLimit: 0, // a font in a `data:` address is against the page's own policy
        rolldownOptions: {
          input: { index: resolve('src-renderer/index.html') },
          // The page's policy allows no `eval`. zod tries it once, which the browser reports, unless it is told before
          // any of it runs; which chunk that is, only the bundler knows.
          output: { banner: 'globalThis.__zod_globalConfig ??= { jitless: true };' },
        },
      },
    },
  }
})
