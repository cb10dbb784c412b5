import { useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api } from '#api'
import type { VaultStatus } from '#contract/credentials'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'
import { useCommand } from '#ui/command'
import { paths, useGo } from '#ui/links'
import { PlainText } from '#ui/plain-text'
import { shellQueries } from './shell-queries'
import { usePresence } from './use-presence'

/** Over every screen while the vault is shut, and for ever while its key lies in the open. */
export function VaultBanner() {
  const { data } = useQuery(shellQueries.vault())
  const { pathname } = useLocation()
  usePresence()
  useLockScreen(data)
  if (data === undefined) return null
  if (data.state !== 'unlocked') return pathname === paths.vault() ? null : <Shut vault={data} />
  if (data.tier !== 'insecure-file') return null
  return (
    <Banner edge tone="bad" title="The vault is not safe.">
      <PlainText text={data.detail} max={400} />
    </Banner>
  )
}

/** A vault that asks for its passphrase at the start leads to its lock screen, once per window, and back. */
function useLockScreen(vault: VaultStatus | undefined): void {
  const go = useGo()
  const { href, pathname } = useLocation()
  const [openedAt] = useState(href)
  const [led, setLed] = useState<'no' | 'there' | 'back'>('no')
  const asks = vault !== undefined && vault.asks !== 'nothing'
  const leads = asks && vault.lockedBy === null && led === 'no'
  const returns = vault?.state === 'unlocked' && led === 'there'
  useEffect(() => {
    if (leads) {
      setLed('there')
      go(paths.vault())
    }
    if (!returns) return
    setLed('back')
    if (pathname === paths.vault()) go(openedAt)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once there and once back
  }, [leads, returns])
}

function Shut({ vault }: { vault: VaultStatus }) {
  const go = useGo()
  const unlock = useCommand(api.credentials.unlock, {
    done: ({ state }: VaultStatus) =>
      state === 'unlocked' ? 'The vault is open' : 'The vault is still shut',
    failed: 'The vault was not opened',
    refresh: [['credentials']],
  })
  const opensAtOnce = vault.asks === 'nothing' && vault.lockedBy !== null
  return (
    <Banner
      edge
      tone="attention"
      title={TITLES[vault.state]}
      actions={
        opensAtOnce ? (
          <Button size="small" busy={unlock.isPending} onClick={() => unlock.mutate({})}>
            Unlock
          </Button>
        ) : (
          <Button size="small" onClick={() => go(paths.vault())}>
            Open it
          </Button>
        )
      }
    >
      Steps that need a secret wait, and signed deliveries are kept unread.
    </Banner>
  )
}

const TITLES: Readonly<Record<VaultStatus['state'], string>> = {
  unlocked: '',
  locked: 'The vault is locked.',
  unavailable: 'The keychain cannot be reached.',
  mismatch: 'The vault was sealed with another key.',
}
