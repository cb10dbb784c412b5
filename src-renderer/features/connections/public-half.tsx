import { FileKey } from 'lucide-react'
import type { Credential } from '#contract/credentials'
import { Card } from '#ui/card'
import { CodeBlock } from '#ui/code-block'

/** What goes into `authorized_keys` on each host. It is no secret. */
export function PublicHalf({ credential }: { credential: Credential }) {
  const { publicKey, name } = credential
  if (publicKey === null) return null
  return (
    <Card
      title="Public half"
      icon={<FileKey size={16} strokeWidth={1.75} />}
      note="one line for ~/.ssh/authorized_keys on each host"
    >
      <CodeBlock wrap label="public half" code={`${publicKey} ${name.replaceAll(/\s+/g, '-')}`} />
    </Card>
  )
}
