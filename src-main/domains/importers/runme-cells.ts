import type { StepLanguage } from '#contract/runbooks'

/** What a fence of a Runme document is to us. */
export type CellKind =
  | { readonly is: 'shell'; readonly language: StepLanguage | undefined }
  | { readonly is: 'script'; readonly program: string }
  | { readonly is: 'node' }
  | { readonly is: 'powershell' }
  | { readonly is: 'foreign'; readonly what: string } // runs in Runme, not here
  | { readonly is: 'text' }

const PROGRAMS: Readonly<Record<string, string>> = {
  zsh: 'zsh',
  ksh: 'ksh',
  fish: 'fish',
  python: 'python3',
  py: 'python3',
  ruby: 'ruby',
  rb: 'ruby',
  perl: 'perl',
  pl: 'perl',
  php: 'php',
  lua: 'lua -',
}
const NODE = new Set(['js', 'javascript', 'jsx', 'mjs', 'node'])
const SHELLS = new Set(['sh', 'shell', 'sh-raw', 'bash', 'dash', 'ash', 'shellscript', 'console'])
const POWERSHELLS = new Set(['powershell', 'pwsh', 'ps1'])
/** Runme has a program or an integration for these, and we do not. */
const FOREIGN = new Set([
  'go',
  'ts',
  'typescript',
  'tsx',
  'bat',
  'cmd',
  'sql',
  'http',
  'dagger',
  'rust',
  'scala',
  'raku',
  'graphql',
  'terraform',
  'deno',
])

/** What runs a cell: its own interpreter, its language, and for shells the document's `shell`. */
export function kindOfCell(
  language: string,
  interpreter: string | undefined,
  shell: string | undefined,
): CellKind {
  if (interpreter) return { is: 'script', program: interpreter }
  if (SHELLS.has(language)) return shellKind(language, shell?.replace(/^.*\//, ''))
  if (NODE.has(language)) return { is: 'node' }
  if (POWERSHELLS.has(language)) return { is: 'powershell' }
  if (Object.hasOwn(PROGRAMS, language)) return { is: 'script', program: PROGRAMS[language]! }
  return FOREIGN.has(language) ? { is: 'foreign', what: language } : { is: 'text' }
}

function shellKind(language: string, shell: string | undefined): CellKind {
  if (shell === 'zsh' || shell === 'ksh' || shell === 'fish')
    return { is: 'script', program: shell }
  const bash = language === 'bash' || shell === 'bash'
  return { is: 'shell', language: bash ? 'bash' : undefined }
}

/** As Runme names a cell without a name: two words of its first line that is no comment. */
export function runmeName(code: string, otherwise: string): string {
  const line =
    code.split('\n').find((text) => text.trim() !== '' && !text.trim().startsWith('#')) ?? ''
  const words = line.split('=')[0]!.slice(0, 32).trim().split(/\s+/).slice(0, 2).join('-')
  const name = words
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  return name === '' ? otherwise : name
}

export function isTrue(text: string | undefined): boolean {
  return text === '' || /^(true|yes|1)$/i.test(text ?? '')
}

/** Does the code ask somebody at a terminal? */
export function asksAtTerminal(code: string): boolean {
  return /(^|[;&|\s])(read(\s+-[a-z]+)*\s|vim?\s|nano\s|less\s|top\b|htop\b|watch\s|docker\s+(run|exec)\s[^\n]*-\w*it|kubectl\s+exec\s[^\n]*-\w*it|gum\s+(input|choose|confirm))/m.test(
    code,
  )
}

export function humanise(name: string): string {
  const words = name.replaceAll(/[-_]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
