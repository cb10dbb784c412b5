import type { ReactNode } from 'react'

/** Something that waits for a person, with what they can do about it. */
export function Panel({
  icon,
  title,
  children,
  actions,
}: {
  icon: ReactNode
  title: ReactNode
  children: ReactNode
  actions: ReactNode
}) {
  return (
    <section
      role="status"
      className="flex flex-wrap items-center gap-3 rounded-card border border-high/55 bg-surface px-4 py-3"
    >
      <span className="text-high">{icon}</span>
      <div className="min-w-64 flex-1">
        <h2 className="font-semibold">{title}</h2>
        <div className="text-small text-muted">{children}</div>
      </div>
      <div className="ml-auto flex flex-wrap justify-end gap-2">{actions}</div>
    </section>
  )
}
