import { Dialog } from '#ui/dialog'
import { Kbd } from '#ui/kbd'
import { type Shortcut, useShortcutList } from '#ui/shortcuts'

/** Every key that does something on the screen that is open now. */
export function KeyboardMap({ onClose }: { onClose: () => void }) {
  const groups = groupShortcuts(useShortcutList())
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      title="Keys"
      description="What the keyboard does on this screen."
    >
      <div className="columns-3 gap-8 max-md:columns-1">
        {groups.map(([group, shortcuts]) => (
          <section key={group} className="mb-5 break-inside-avoid">
            <h3 className="mb-1.5 text-small font-semibold text-muted">{group}</h3>
            <dl className="flex flex-col">
              {shortcuts.map(({ keys, label }) => (
                <div
                  key={keys}
                  className="flex min-h-7 items-center justify-between gap-4 border-b border-line last:border-0"
                >
                  <dt>{label}</dt>
                  <dd className="flex gap-1">
                    {keys.split(' ').map((key) => (
                      <Kbd key={key} keys={key} />
                    ))}
                    <span className="sr-only">{keys}</span>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

/** The screen's own first, then what works everywhere; a key that is bound twice shows what it does now. */
function groupShortcuts(all: readonly Shortcut[]): [string, Shortcut[]][] {
  const byKey = new Map(all.map((one) => [one.keys, one]))
  const groups = Map.groupBy(byKey.values(), (one) => one.group)
  const last = ['Lists', 'Go to', 'Everywhere']
  return [...groups].toSorted(([a], [b]) => last.indexOf(a) - last.indexOf(b))
}
