import { useQuery } from '@tanstack/react-query'
import { FileDown } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { Dialog } from '#ui/dialog'
import { errorText } from '#ui/error-state'
import { paths, useGo } from '#ui/links'
import { ImportFiles } from './import-files'
import { ImportPreview } from './import-preview'
import { type ImportedItem, itemsOf, useImport } from './import-queries'
import { useImportStore } from './import-store'

/** The button that opens it, for the head of the screen. */
export function ImportButton() {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button icon={<FileDown size={16} strokeWidth={1.75} />} onClick={() => setOpen(true)}>
        Import…
      </Button>
      <ImportDialog open={open} onClose={() => setOpen(false)} />
    </>
  )
}

/** Foreign files at the left, each runbook they would become beside its report; kept all together or not at all. */
function ImportDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { files, leftOut, clear } = useImportStore()
  const { data, error, isFetching } = useQuery(useImport(files))
  const items = itemsOf(files.length === 0 ? [] : (data ?? []))
  const wanted = items.filter(({ key }) => !leftOut.has(key))
  const keep = useKeep(() => {
    clear()
    onClose()
  })
  return (
    <Dialog
      open={open}
      onClose={onClose}
      width="wide"
      title="Import runbooks"
      description="From Runme, HolmesGPT, Rundeck and StackStorm. Nothing is kept until you say so."
      footer={<Footer wanted={wanted} keep={keep} />}
    >
      <div className="flex flex-col gap-4">
        <ImportFiles />
        {error !== null && (
          <Banner tone="bad" title="These files could not be read.">
            {errorText(error)}
          </Banner>
        )}
        {files.length > 0 && error === null && (
          <ImportPreview items={items} results={data ?? []} busy={isFetching} />
        )}
        {keep.error !== null && (
          <Banner tone="bad" title="Nothing was kept.">
            {errorText(keep.error)}
          </Banner>
        )}
      </div>
    </Dialog>
  )
}

function useKeep(onKept: () => void) {
  const go = useGo()
  return useCommand(api.importers.keep, {
    done: ({ kept }) =>
      kept.length === 1
        ? 'The runbook is in your folder'
        : `${kept.length} runbooks are in your folder`,
    failed: null,
    refresh: [['runbooks']],
    onDone({ kept }) {
      onKept()
      go(paths.runbook(kept[0]!.replace(/\.md$/, '')))
    },
  })
}

function Footer({
  wanted,
  keep,
}: {
  wanted: readonly ImportedItem[]
  keep: ReturnType<typeof useKeep>
}) {
  const give = (replace: boolean) =>
    keep.mutate({
      runbooks: wanted.map(({ runbook }) => ({
        fileName: runbook.fileName,
        markdown: runbook.markdown,
      })),
      replace,
    })
  const isThere = keep.error !== null && /already/.test(errorText(keep.error))
  return (
    <>
      {isThere && (
        <Button
          variant="danger"
          disabled={wanted.length === 0}
          busy={keep.isPending}
          onClick={() => give(true)}
        >
          Replace what is there
        </Button>
      )}
      <Button
        variant="primary"
        disabled={wanted.length === 0}
        busy={keep.isPending}
        onClick={() => give(false)}
      >
        {wanted.length > 1 ? `Keep ${wanted.length} runbooks` : 'Keep the runbook'}
      </Button>
    </>
  )
}
