import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** The editor's chrome from the tokens of the look, so that it follows the theme by itself. */
const CHROME = EditorView.theme({
  '&': { height: '100%', fontSize: '12.5px', color: 'var(--text)', backgroundColor: 'transparent' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.6', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--accent)', padding: '12px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)' },
  '.cm-gutters': {
    backgroundColor: 'transparent',
    color: 'var(--muted)',
    border: 'none',
    paddingLeft: '4px',
  },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--hover) 60%, transparent)',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'color-mix(in srgb, var(--accent) 28%, transparent) !important' },
  '.cm-tooltip, .cm-panels': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    border: '1px solid var(--strong)',
    borderRadius: '8px',
    boxShadow: 'var(--float)',
    overflow: 'hidden',
  },
  '.cm-panels': { borderRadius: '0', boxShadow: 'none', borderWidth: '1px 0 0 0' },
  '.cm-panels input, .cm-panels button': { font: 'inherit', color: 'inherit' },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-mono)', maxHeight: '280px' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px !important' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--selected) !important',
    color: 'var(--text) !important',
  },
  '.cm-completionInfo': { padding: '8px 10px', maxWidth: '320px', fontFamily: 'var(--font-sans)' },
  '.cm-completionDetail': { color: 'var(--muted)', fontStyle: 'normal' },
  '.cm-diagnostic': { padding: '6px 10px', fontFamily: 'var(--font-sans)' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--critical)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--medium)' },
  '.cm-lintRange-error': {
    textDecoration: 'underline wavy var(--critical)',
    backgroundImage: 'none',
  },
  '.cm-lintRange-warning': {
    textDecoration: 'underline wavy var(--medium)',
    backgroundImage: 'none',
  },
  '.cm-changedLine': {
    backgroundColor: 'color-mix(in srgb, var(--ok) 12%, transparent) !important',
  },
  '.cm-deletedChunk': { backgroundColor: 'color-mix(in srgb, var(--critical) 12%, transparent)' },
  '.cm-changedText, .cm-deletedText': { background: 'none', textDecoration: 'none' },
  '.cm-changedText': { backgroundColor: 'color-mix(in srgb, var(--ok) 30%, transparent)' },
  '.cm-deletedText': { backgroundColor: 'color-mix(in srgb, var(--critical) 30%, transparent)' },
  '.cm-collapsedLines': {
    color: 'var(--muted)',
    background: 'var(--hover)',
    padding: '3px 12px',
  },
  '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: '""' }, // the font has no such sign
})

const CODE = HighlightStyle.define([
  { tag: tags.heading, color: 'var(--text)', fontWeight: '650' },
  { tag: [tags.keyword, tags.definitionKeyword, tags.controlKeyword], color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--ok)' },
  { tag: [tags.comment, tags.meta, tags.processingInstruction], color: 'var(--muted)' },
  { tag: [tags.number, tags.bool, tags.atom], color: 'var(--high)' },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: 'var(--medium)' },
  { tag: tags.strong, fontWeight: '650' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: [tags.monospace, tags.labelName], color: 'var(--text)' },
  { tag: tags.link, color: 'var(--accent)' },
  { tag: tags.invalid, color: 'var(--critical)' },
])

/** How code is drawn, in both themes. */
export const codeLook: Extension = [CHROME, syntaxHighlighting(CODE)]
