import { useNavigate, useParams } from '@tanstack/react-router'
import { ExternalLink } from 'lucide-react'
import type { MouseEvent, ReactNode } from 'react'
import { cx } from './class-names'
import { safeString, webHost } from './hostile-text'

/** The addresses of the screens. Features are strangers to each other and meet only here, as strings. */
export const paths = {
  watch: () => '/',
  inbox: () => '/inbox',
  ticket: (id: string) => `/inbox/${encodeURIComponent(id)}`,
  approvals: () => '/approvals',
  approval: (id: string) => `/approvals/${encodeURIComponent(id)}`,
  runs: () => '/runs',
  run: (id: string) => `/runs/${encodeURIComponent(id)}`,
  runbooks: () => '/runbooks',
  runbook: (id: string) => `/runbooks/${encodeURIComponent(id)}`,
  connections: () => '/connections',
  connection: (id: string) => `/connections/${encodeURIComponent(id)}`,
  vault: () => '/vault',
  intake: () => '/intake',
  addSource: (kind?: string) =>
    kind === undefined ? '/intake/_new' : `/intake/_new?kind=${encodeURIComponent(kind)}`,
  groups: () => '/intake/_rules?view=groups',
  delivery: (id: string) => `/intake/${encodeURIComponent(id)}`,
  audit: (text?: string) =>
    text === undefined ? '/audit' : `/audit?text=${encodeURIComponent(text)}`,
  egress: () => '/audit?view=egress',
  settings: () => '/settings',
  start: () => '/start',
} as const

/** What is chosen on a screen with a list: the last part of its address, null when nothing is. */
export function useRouteId(): string | null {
  const params: { id?: string } = useParams({ strict: false })
  return params.id ?? null
}

/** Goes to an address inside the application. */
export function useGo(): (href: string, options?: { replace?: boolean }) => void {
  const navigate = useNavigate()
  return (href, { replace = false } = {}) => void navigate({ href, replace })
}

const isPlain = (click: MouseEvent) =>
  click.button === 0 && !click.metaKey && !click.ctrlKey && !click.shiftKey && !click.altKey

/** A link to a screen: a real address, so that it can be copied and opened in a new window. */
export function AppLink({
  href,
  className,
  children,
  onClick,
  ...rest
}: {
  href: string
  className?: string | undefined
  children: ReactNode
  onClick?: () => void
  'aria-label'?: string
  'aria-current'?: 'page' | undefined
  title?: string
}) {
  const go = useGo()
  return (
    <a
      {...rest}
      href={href}
      className={
        className ??
        'rounded-[3px] text-accent underline decoration-accent/45 underline-offset-[3px] hover:decoration-accent'
      }
      onClick={(click) => {
        if (!isPlain(click)) return
        click.preventDefault()
        onClick?.()
        go(href)
      }}
    >
      {children}
    </a>
  )
}

/**
 * A web address that came from outside: only http and https, always with its host, in a new window that learns
 * nothing about this one. Anything else is shown as text. `onOpen` hands it to the system's browser instead.
 */
export function WebLink({
  url,
  title,
  onOpen,
  className,
}: {
  url: string
  title: string
  onOpen?: ((url: string) => void) | undefined
  className?: string
}) {
  const host = webHost(url)
  if (host === null) return <span className="break-all text-muted">{safeString(url, 200)}</span>
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer noopener"
      title={safeString(url, 500)}
      onClick={(click) => {
        if (onOpen === undefined) return
        click.preventDefault()
        onOpen(url)
      }}
      className={cx(
        'inline-flex max-w-full items-center gap-1.5 text-accent hover:underline',
        className,
      )}
    >
      <ExternalLink size={13} className="shrink-0" aria-hidden />
      <span className="truncate">{safeString(title, 120)}</span>
      <span className="truncate font-mono text-caption text-muted">{safeString(host, 80)}</span>
    </a>
  )
}
