import { LanguageDescription, LanguageSupport, StreamLanguage } from '@codemirror/language'
import { markdown } from '@codemirror/lang-markdown'
import { yamlFrontmatter } from '@codemirror/lang-yaml'
import { javascript } from '@codemirror/legacy-modes/mode/javascript'
import { powerShell } from '@codemirror/legacy-modes/mode/powershell'
import { shell } from '@codemirror/legacy-modes/mode/shell'
import { standardSQL } from '@codemirror/legacy-modes/mode/sql'

const MODES = [
  { names: ['sh', 'bash', 'shell', 'sh-raw'], mode: shell },
  { names: ['powershell', 'pwsh', 'ps1'], mode: powerShell },
  { names: ['node'], mode: javascript },
  { names: ['sql'], mode: standardSQL },
]

/** Markdown with front matter, and code in the languages that steps are written in. */
export const runbookLanguage: LanguageSupport = yamlFrontmatter({
  content: markdown({
    codeLanguages: MODES.map(({ names: [name, ...alias], mode }) =>
      LanguageDescription.of({
        name: name!,
        alias,
        support: new LanguageSupport(StreamLanguage.define(mode)),
      }),
    ),
  }),
})
