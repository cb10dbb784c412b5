import { useQuery } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { api } from '#api'
import { Button } from '#ui/button'
import { Card } from '#ui/card'
import { useCommand } from '#ui/command'
import { Confirm } from '#ui/confirm'
import { RelativeTime } from '#ui/relative-time'
import { keptWords } from '#ui/kept-in'
import { settingsQueries } from './settings-queries'

/** The key that the operator's answers on this console are signed with. */
export function KeyCard() {
  const { data: key } = useQuery(settingsQueries.myKey())
  const [asking, setAsking] = useState(false)
  const rotate = useCommand(api.people.rotateKey, {
    done: 'Your answers are signed with the new key from now on',
    failed: 'The key was not replaced',
    refresh: [['people']],
    onDone: () => setAsking(false),
  })
  return (
    <Card
      title="Signing key"
      icon={<KeyRound size={16} strokeWidth={1.75} />}
      note={key ? keptWords(key.keptIn) : undefined}
    >
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1">
          {key ? (
            <>
              <code className="text-small break-all">ed25519 {key.fingerprint}</code>
              <span className="block text-small text-muted">
                in use since <RelativeTime at={key.validFrom} long />, on {key.console}
              </span>
            </>
          ) : (
            <span className="text-muted">
              There is none yet: it is made with your first answer to an approval.
            </span>
          )}
        </p>
        <Button onClick={() => setAsking(true)}>{key ? 'Replace the key' : 'Make the key'}</Button>
      </div>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={key ? 'Replace your signing key?' : 'Make your signing key?'}
        action={key ? 'Replace it' : 'Make it'}
        busy={rotate.isPending}
        onConfirm={() => rotate.mutate({})}
      >
        A new key pair is made and its private half kept as your other secrets are. What the old key
        signed stays valid and can still be checked; whoever verifies exported histories needs the
        new public key from `quarterdeck audit keys`.
      </Confirm>
    </Card>
  )
}
