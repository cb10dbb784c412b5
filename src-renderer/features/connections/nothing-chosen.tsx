import { FileInput, KeyRound, Plug, Plus } from 'lucide-react'
import { Button } from '#ui/button'
import { EmptyState } from '#ui/empty-state'
import { paths, useGo } from '#ui/links'
import { IMPORT, NEW } from './places'

/** No connection is chosen: how a target is found and tested. */
export function TargetsIntro() {
  const go = useGo()
  return (
    <EmptyState
      icon={<Plug size={20} strokeWidth={1.75} />}
      title="Where steps run"
      actions={
        <>
          <Button
            icon={<Plus size={16} strokeWidth={1.75} />}
            keys="n"
            onClick={() => go(paths.connection(NEW))}
          >
            Add a connection
          </Button>
          <Button
            icon={<FileInput size={16} strokeWidth={1.75} />}
            onClick={() => go(paths.connection(IMPORT))}
          >
            From ~/.ssh/config
          </Button>
        </>
      }
    >
      A runbook names its target by a connection’s name, one of its tags, or the host that an alert
      gives. A test goes name, port, host key, sign-in, permission, and stops at the first that
      fails.
    </EmptyState>
  )
}

/** No secret is chosen: what a secret is here. */
export function SecretsIntro({ onAdd }: { onAdd: () => void }) {
  return (
    <EmptyState
      icon={<KeyRound size={20} strokeWidth={1.75} />}
      title="Secrets go in and never come back"
      actions={
        <Button icon={<Plus size={16} strokeWidth={1.75} />} keys="n" onClick={onAdd}>
          Add a credential
        </Button>
      }
    >
      A credential is kept sealed on this machine. A run borrows it for one sign-in, the audit log
      says when and for what, and it is masked wherever a host prints it.
    </EmptyState>
  )
}

/** Its address is known, but it is gone. */
export function Removed() {
  const go = useGo()
  return (
    <EmptyState
      icon={<Plug size={20} strokeWidth={1.75} />}
      title="It is not here any more"
      actions={<Button onClick={() => go(paths.connections())}>All connections</Button>}
    >
      It was removed. What ran over it stays in the runs and in the audit log.
    </EmptyState>
  )
}
