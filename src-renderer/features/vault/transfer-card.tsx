import { useQuery } from '@tanstack/react-query'
import { ArrowDownToLine, ArrowUpFromLine, FileLock2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { ExportDialog } from './export-dialog'
import { ImportDialog } from './import-dialog'
import { vaultQueries } from './vault-queries'

/** Credentials to another console and from one, in a file that only a passphrase opens. */
export function TransferCard() {
  const [open, setOpen] = useState<'export' | 'import' | null>(null)
  const { data = [] } = useQuery(vaultQueries.credentials())
  const readable = data.filter((one) => one.readable)
  return (
    <Card title="Copies" icon={<FileLock2 size={16} strokeWidth={1.75} />}>
      <p className="max-w-[72ch] text-muted">
        A backup of the store holds the secrets sealed, and does not open on another machine. An
        export does, with the passphrase you give it: keep the two apart.
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button
          disabled={readable.length === 0}
          icon={<ArrowUpFromLine size={15} strokeWidth={1.75} />}
          onClick={() => setOpen('export')}
        >
          Export
        </Button>
        <Button
          icon={<ArrowDownToLine size={15} strokeWidth={1.75} />}
          onClick={() => setOpen('import')}
        >
          Import
        </Button>
      </div>
      {open === 'export' && <ExportDialog readable={readable} onClose={() => setOpen(null)} />}
      {open === 'import' && <ImportDialog onClose={() => setOpen(null)} />}
    </Card>
  )
}
