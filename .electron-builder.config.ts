import { join } from 'node:path'
import type { AfterPackContext, Configuration } from 'electron-builder'
import { burnFuses } from './src-main/hosts/electron/fuses'

const LINUX_PROGRAM = 'quarterdeck'

/** Bundled into the interface: as packages they would only be ballast. */
const IN_THE_INTERFACE = [
  '@floating-ui',
  '@fontsource-variable',
  '@radix-ui',
  '@tanstack',
  '@xterm',
  'aria-hidden',
  'cmdk',
  'echarts',
  'hast-util-*',
  'lucide-react',
  'radix-ui',
  'react',
  'react-dom',
  'react-markdown',
  'react-remove-scroll*',
  'react-style-singleton',
  'remark-*',
  'scheduler',
  'seroval*',
  'sonner',
  'zrender',
  'zustand',
]
/** Bundled into main. */
const IN_MAIN = [
  'canonicalize',
  'commander',
  'kysely',
  'mdast-util-*',
  'micromark*',
  'ulid',
  'unbash',
  'yaml',
  'zod',
]

/** Packaged on the system it is for: natively built packages are installed for that one alone. */
export default {
  appId: 'dev.quarterdeck.console',
  productName: 'Quarterdeck',
  directories: { output: 'release', buildResources: 'resources/icons' },
  extraMetadata: {
    // A .deb must name somebody and a place; these can never be anybody's.
    author: { name: 'Quarterdeck maintainers', email: 'maintainers@quarterdeck.invalid' },
    homepage: 'https://quarterdeck.invalid',
  },
  files: [
    'out/**',
    '!out/**/*.map',
    'resources/**',
    '!**/*.{md,ts,d.ts,map,flow}',
    'resources/**/*.md',
    ...[...IN_THE_INTERFACE, ...IN_MAIN].map((name) => `!node_modules/${name}/**`),
    // ssh2 would use them to go faster; nothing is compiled here.
    '!node_modules/{cpu-features,nan,buildcheck}/**',
    '!node_modules/better-sqlite3/{deps,src}/**',
    '!node_modules/better-sqlite3/prebuilds/!(${platform}-${arch}).node',
  ],
  asarUnpack: ['**/*.node'],
  npmRebuild: false, // one N-API build serves Node and Electron alike
  afterPack,
  linux: {
    target: ['AppImage', 'deb'],
    icon: 'icon.png',
    category: 'Development',
    synopsis: 'A desktop console for AI-assisted operations',
    executableName: LINUX_PROGRAM,
  },
  mac: {
    target: ['dmg', 'zip'],
    icon: 'icon.png',
    category: 'public.app-category.developer-tools',
    hardenedRuntime: true,
    gatekeeperAssess: false,
  },
  win: { target: ['nsis'], icon: 'icon.png' },
  nsis: { oneClick: true, perMachine: false },
} satisfies Configuration

async function afterPack({
  appOutDir,
  electronPlatformName,
  packager,
}: AfterPackContext): Promise<void> {
  const program = join(
    appOutDir,
    programName(electronPlatformName, packager.appInfo.productFilename),
  )
  await burnFuses(program, { isMac: electronPlatformName === 'darwin' })
}

function programName(platform: string, productName: string): string {
  if (platform === 'darwin') return `${productName}.app`
  return platform === 'win32' ? `${productName}.exe` : LINUX_PROGRAM
}
