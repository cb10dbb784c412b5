import { Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useConnection } from '#api'
import { listenForShortcuts } from '#ui/shortcuts'
import { Toaster } from '#ui/toast'
import { RefusedScreen } from './connection-screens'
import { DemoBar } from '#features/demo'
import { ErrorBoundary } from './error-boundary'
import { Floating, type FloatingKind } from './floating'
import { LineBanner } from './line-banner'
import { PolicyBanner } from './policy-banner'
import { Rail } from './rail'
import { TopBar } from './top-bar'
import { useDesktopNotices } from './use-desktop-notices'
import { useDocumentTitle } from './use-document-title'
import { useFirstStart } from './use-first-start'
import { GoKeys, useGlobalKeys } from './use-global-keys'
import { useSettingsLook } from './use-settings-look'
import { VaultBanner } from './vault-banner'

/** The frame around every screen: rail, top bar, messages, and what floats over them. */
export function Shell() {
  const { state, message } = useConnection()
  useEffect(() => listenForShortcuts(), [])
  if (state === 'refused') return <RefusedScreen message={message} />
  return <Frame />
}

function Frame() {
  const [floating, setFloating] = useState<FloatingKind>(null)
  // Another screen begins without the error of the one before.
  const screen = useLocation().pathname.split('/')[1] ?? ''
  useSettingsLook()
  useDocumentTitle()
  useDesktopNotices()
  useFirstStart()
  useGlobalKeys({ onPalette: () => setFloating('palette'), onKeys: () => setFloating('keys') })
  return (
    <div className="flex h-full min-h-0">
      <a
        href="#screen"
        onClick={(click) => {
          click.preventDefault()
          document.getElementById('screen')?.focus()
        }}
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-control focus:bg-raised focus:px-3 focus:py-2"
      >
        Skip to the screen
      </a>
      <Rail onKeys={() => setFloating('keys')} />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar onPalette={() => setFloating('palette')} />
        <LineBanner />
        <VaultBanner />
        <PolicyBanner />
        <DemoBar />
        <main id="screen" tabIndex={-1} className="min-h-0 flex-1 outline-none">
          <ErrorBoundary key={screen}>
            <Outlet />
          </ErrorBoundary>
        </main>
      </div>
      <GoKeys />
      <Toaster />
      <Floating what={floating} onShow={setFloating} />
    </div>
  )
}
