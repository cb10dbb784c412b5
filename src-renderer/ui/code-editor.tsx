import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  type CompletionSource,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, type LanguageSupport } from '@codemirror/language'
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint'
import { unifiedMergeView } from '@codemirror/merge'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { codeLook } from './code-editor-look'

/** Something to say about a line, such as a linter does. */
export interface LineNote {
  readonly line: number
  readonly level: 'error' | 'warning'
  readonly message: string
}

interface CodeEditorProps {
  /** Read aloud: what is edited. */
  label: string
  /** The text at the start. A new one comes with a new `key`. */
  text: string
  onChange: (text: string) => void
  language: LanguageSupport
  notes: readonly LineNote[]
  complete: CompletionSource
  /** Where the cursor goes; each new object moves it once. */
  goTo?: { readonly line: number } | undefined
}

/**
 * A text editor for code. It lives in a shadow root: there its style sheets are constructed ones, which the page's
 * policy (`style-src 'self'`) allows. Tab indents; Escape, then Tab leaves.
 */
export function CodeEditor({
  label,
  text,
  onChange,
  language,
  notes,
  complete,
  goTo,
}: CodeEditorProps) {
  const told = useEffectEvent(onChange)
  const completes = useEffectEvent(complete)
  const { host, view } = useEditor(text, () => [
    EditorView.contentAttributes.of({ 'aria-label': label }),
    language,
    editing(),
    autocompletion({ override: [(context) => completes(context)], icons: false }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) told(update.state.doc.toString())
    }),
  ])
  useEffect(() => {
    if (view) view.dispatch(setDiagnostics(view.state, toDiagnostics(view.state, notes)))
  }, [view, notes])
  useEffect(() => view?.focus(), [view])
  useEffect(() => {
    if (view && goTo) moveTo(view, goTo.line)
  }, [view, goTo])
  return <div ref={host} className="h-full min-h-0" />
}

/** A text beside what it was: what is gone is red, what is new is green, what is the same is folded. */
export function CodeChanges({
  label,
  before,
  after,
  language,
}: {
  label: string
  before: string
  after: string
  language: LanguageSupport
}) {
  const { host } = useEditor(after, () => [
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-readonly': 'true',
      tabindex: '0',
    }),
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    language,
    unifiedMergeView({
      original: before,
      mergeControls: false,
      collapseUnchanged: { margin: 3, minSize: 6 },
    }),
  ])
  return <div ref={host} className="h-full min-h-0" />
}

/** Makes the editor once its place is there; what `extend` closes over counts as it is then. */
function useEditor(text: string, extend: () => Extension) {
  const host = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<EditorView>()
  const make = useEffectEvent((parent: ShadowRoot) => {
    const extensions = [
      lineNumbers(),
      highlightSpecialChars(),
      drawSelection(),
      EditorView.lineWrapping,
      codeLook,
      extend(),
    ]
    return new EditorView({ doc: text, extensions, parent, root: parent })
  })
  useEffect(() => {
    const place = host.current!
    const made = make(place.shadowRoot ?? place.attachShadow({ mode: 'open' }))
    setView(made)
    return () => made.destroy()
  }, [])
  return { host, view }
}

function editing(): Extension {
  return [
    history(),
    lintGutter(),
    search({ top: false }),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    bracketMatching(),
    closeBrackets(),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...completionKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
  ]
}

function toDiagnostics({ doc }: EditorState, notes: readonly LineNote[]): Diagnostic[] {
  return notes.map(({ line, level, message }) => {
    const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines))
    return { from, to, severity: level, message }
  })
}

function moveTo(view: EditorView, line: number): void {
  const { from } = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines))
  view.dispatch({
    selection: { anchor: from },
    effects: EditorView.scrollIntoView(from, { y: 'center' }),
  })
  view.focus()
}
