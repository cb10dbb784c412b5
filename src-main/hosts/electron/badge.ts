import type { NativeImage, Tray } from 'electron'

/** Where a count can be shown; each is absent on systems that do not have it. */
interface BadgePlaces {
  readonly tray: Pick<Tray, 'setImage' | 'setToolTip' | 'setTitle'>
  /** Dock on macOS, launcher on some Linux desktops. */
  readonly setBadgeCount?: (count: number) => void
  /** Windows' taskbar. */
  readonly setOverlayIcon?: (image: NativeImage | null, description: string) => void
}

interface Needs {
  places: BadgePlaces
  images: { calm: NativeImage; waiting: NativeImage; dot: NativeImage }
}

/** Shows how many approvals wait wherever the system has room for it. */
export function createBadge({ places, images }: Needs): (approvals: number) => void {
  const { tray, setBadgeCount, setOverlayIcon } = places
  return (approvals) => {
    const words = describe(approvals)
    const waits = approvals > 0
    tray.setImage(waits ? images.waiting : images.calm)
    tray.setToolTip(`Quarterdeck: ${words}`)
    tray.setTitle(waits ? String(approvals) : '')
    setBadgeCount?.(approvals)
    setOverlayIcon?.(waits ? images.dot : null, words)
  }
}

function describe(approvals: number): string {
  if (approvals === 0) return 'no approval waits'
  return approvals === 1 ? '1 approval waits' : `${approvals} approvals wait`
}
