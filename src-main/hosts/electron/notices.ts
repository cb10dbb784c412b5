import type { Notification, NotificationConstructorOptions } from 'electron'
import type { Notice } from '#platform/host'

interface Needs {
  create: (options: NotificationConstructorOptions) => Notification
  platform: NodeJS.Platform
  /** Whoever looks at the window sees it there. */
  isLookedAt: () => boolean
  open: (route: string) => void
}

/** Notifications of the system that lead to what they tell of. */
export function createNotices({
  create,
  platform,
  isLookedAt,
  open,
}: Needs): (notice: Notice) => void {
  // Held until they are gone: one that is collected loses its click.
  const shown = new Map<string, Notification>()
  return ({ id, title, body, route }) => {
    if (isLookedAt()) return
    shown.get(id)?.close()
    const notification = create({ title, body: platform === 'linux' ? escapeMarkup(body) : body })
    shown.set(id, notification)
    notification.on('close', () => {
      if (shown.get(id) === notification) shown.delete(id)
    })
    notification.on('click', () => {
      shown.delete(id)
      open(route)
    })
    notification.show()
  }
}

/** Linux desktops read markup in a notification's body, links and images too (freedesktop Notifications, "Markup"). */
function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
