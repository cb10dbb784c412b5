import { create } from 'zustand'

/** A file as it was chosen or pasted. */
export interface ChosenFile {
  readonly fileName: string
  readonly text: string
}

interface ImportView {
  readonly files: readonly ChosenFile[]
  /** `source fileName` of the runbooks that are not to be kept. */
  readonly leftOut: ReadonlySet<string>
  /** The runbook that is looked at. */
  readonly shown: string | null
  add(files: readonly ChosenFile[]): void
  remove(fileName: string): void
  toggle(key: string): void
  show(key: string): void
  clear(): void
}

const EMPTY = { files: [], leftOut: new Set<string>(), shown: null }

/** What is being imported, until it is kept or the dialog is emptied: closing it by mistake loses nothing. */
export const useImportStore = create<ImportView>((set) => ({
  ...EMPTY,
  add: (more) =>
    set(({ files }) => ({
      files: [
        ...files.filter(({ fileName }) => !more.some((file) => file.fileName === fileName)),
        ...more,
      ],
    })),
  remove: (fileName) =>
    set(({ files }) => ({ files: files.filter((file) => file.fileName !== fileName) })),
  toggle: (key) =>
    set(({ leftOut }) => {
      const next = new Set(leftOut)
      if (!next.delete(key)) next.add(key)
      return { leftOut: next }
    }),
  show: (shown) => set({ shown }),
  clear: () => set(EMPTY),
}))
