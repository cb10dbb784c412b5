import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { Shell } from './shell'
import { UnknownRoute } from './unknown-route'

type Face = Record<string, ComponentType>

const root = createRootRoute({ component: Shell, notFoundComponent: UnknownRoute })

/** A screen at its address and, with something chosen, at `address/$id`. One component for both, loaded when needed. */
function screen<Key extends string>(
  path: string,
  load: () => Promise<Record<Key, ComponentType>>,
  name: Key,
) {
  const importer = async (): Promise<Face> => load()
  const base = createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(importer, name),
  })
  // Children draw nothing: the screen reads the chosen id itself, so its list stays where it is.
  const list = createRoute({ getParentRoute: () => base, path: '/' })
  const detail = createRoute({ getParentRoute: () => base, path: '$id' })
  return base.addChildren(path === '/' || path === '/start' ? [list] : [list, detail])
}

const SCREENS = [
  screen('/inbox', () => import('#features/inbox'), 'InboxScreen'),
  screen('/approvals', () => import('#features/approvals'), 'ApprovalsScreen'),
  screen('/runs', () => import('#features/runs'), 'RunsScreen'),
  screen('/runbooks', () => import('#features/runbooks'), 'RunbooksScreen'),
  screen('/connections', () => import('#features/connections'), 'ConnectionsScreen'),
  screen('/vault', () => import('#features/vault'), 'VaultScreen'),
  screen('/intake', () => import('#features/intake'), 'IntakeScreen'),
  screen('/audit', () => import('#features/audit'), 'AuditScreen'),
  screen('/settings', () => import('#features/settings'), 'SettingsScreen'),
  screen('/start', () => import('#features/first-start'), 'FirstStartScreen'),
]

const watch = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('#features/watch'), 'WatchScreen'),
})

/** All addresses of the interface. What a link may say is in `#ui/links`. */
export function createRoutes() {
  return createRouter({
    routeTree: root.addChildren([watch, ...SCREENS]),
    defaultPreload: 'intent',
    defaultPendingMs: 300,
    scrollRestoration: false,
  })
}
