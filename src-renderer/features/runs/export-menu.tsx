import { useQuery } from '@tanstack/react-query'
import { FileDown } from 'lucide-react'
import { api } from '#api'
import type { ExportKind } from '#contract/exports'
import type { Run } from '#contract/runs'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { Menu } from '#ui/menu'
import { runQueries } from './run-queries'

/** The run as a file, with everything that proves it. A browser saves it; our own window, which saves nothing, has it put into the data folder. */
export function ExportMenu({ run }: { run: Run }) {
  const host = useQuery(runQueries.host()).data?.host
  const take = useCommand(
    (kind: ExportKind) => (host === 'electron' ? keep(run, kind) : download(run, kind)),
    { done: (words) => words, failed: 'The run was not exported' },
  )
  return (
    <Menu
      label="Export this run"
      trigger={
        <Button icon={<FileDown size={16} strokeWidth={1.75} />} busy={take.isPending}>
          Export
        </Button>
      }
      items={[
        { label: 'PDF, to read and print', onSelect: () => take.mutate('pdf') },
        { label: 'JSON, to check with `run verify`', onSelect: () => take.mutate('json') },
      ]}
    />
  )
}

/** Answers what to tell the operator. */
async function keep(run: Run, kind: ExportKind): Promise<string> {
  const { path, sha256 } = await api.exports.save({ runId: run.id, kind })
  return `Exported to ${path}, SHA-256 ${sha256.slice(0, 12)}…: the whole of it is beside the file and in the audit log`
}

async function download(run: Run, kind: ExportKind): Promise<string> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  let file: { name: string; mediaType: string; sizeBytes: number; sha256: string } | undefined
  for await (const { base64, ...about } of api.exports.run({ runId: run.id, kind })) {
    file = about
    pieces.push(Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0)))
  }
  const size = pieces.reduce((sum, piece) => sum + piece.byteLength, 0)
  if (file === undefined || size !== file.sizeBytes)
    throw new Error('The line broke before the file was complete. Try again.')
  const url = URL.createObjectURL(new Blob(pieces, { type: file.mediaType }))
  const link = document.createElement('a')
  link.href = url
  link.download = file.name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000) // the browser reads it after the click
  return `Your browser saves ${file.name}, SHA-256 ${file.sha256.slice(0, 12)}…: the whole of it is in the audit log`
}
