import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '#api'
import type { ImportedRunbook, ImportLine } from '#contract/importers'
import type { RunbookProblem } from '#contract/runbooks'
import type { ChosenFile } from './import-store'

type Results = Awaited<ReturnType<typeof api.importers.preview>>
export type ImportResult = Results[number]

/** One runbook of a file, with what is said of it. */
export interface ImportedItem {
  readonly key: string
  readonly source: string
  readonly format: ImportResult['format']
  readonly runbook: ImportedRunbook
  readonly problems: readonly RunbookProblem[]
  readonly report: readonly ImportLine[]
}

/** What the chosen files would become. */
export function useImport(files: readonly ChosenFile[]) {
  return queryOptions({
    queryKey: ['importers', 'preview', { files }],
    queryFn: ({ signal }) => api.importers.preview({ files: [...files] }, { signal }),
    enabled: files.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0, // the texts are in the key
  })
}

/** All runbooks of all files; of two that would have one name, the later has a number. */
export function itemsOf(results: readonly ImportResult[]): ImportedItem[] {
  const taken = new Set<string>()
  return results.flatMap(({ source, format, runbooks, report, problems }) =>
    runbooks.map((runbook, at) => {
      let fileName = runbook.fileName
      for (let n = 2; taken.has(fileName); n += 1)
        fileName = runbook.fileName.replace(/\.md$/, `-${n}.md`)
      taken.add(fileName)
      return {
        key: `${source} ${at}`,
        source,
        format,
        runbook: { ...runbook, fileName },
        problems: problems[at] ?? [],
        report,
      }
    }),
  )
}
