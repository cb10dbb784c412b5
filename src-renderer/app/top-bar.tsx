import { Moon, Search, Sun } from 'lucide-react'
import { useQuery } from '@tanstack/react-query'
import { IconButton } from '#ui/icon-button'
import { Kbd } from '#ui/kbd'
import { useCurrentHead } from '#ui/page'
import { shellQueries } from './shell-queries'
import { useSwitchTheme } from './use-global-keys'

/** The screen's name, its quiet note, search-or-command, and the screen's own actions. */
export function TopBar({ onPalette }: { onPalette: () => void }) {
  const { title, note, actions } = useCurrentHead()
  return (
    <header className="flex h-12 shrink-0 items-center gap-3 border-b border-line px-4">
      <div className="flex min-w-0 flex-1 items-baseline gap-3">
        <h1 className="truncate text-[14px] font-semibold tracking-tight">{title}</h1>
        <span className="min-w-0 truncate text-muted max-md:hidden">{note}</span>
      </div>
      {actions}
      <button
        type="button"
        onClick={onPalette}
        className="flex h-8 w-[300px] min-w-0 shrink items-center gap-2.5 rounded-control border border-line bg-surface px-3 text-muted transition-colors hover:border-strong hover:text-text max-md:w-44"
      >
        <Search size={15} strokeWidth={1.75} aria-hidden className="shrink-0" />
        <span className="min-w-0 flex-1 truncate text-left">Search or run a command</span>
        <Kbd keys="mod+k" />
      </button>
      <ThemeButton />
    </header>
  )
}

function ThemeButton() {
  const switchTheme = useSwitchTheme()
  const theme = useQuery(shellQueries.settings()).data?.theme
  return (
    <IconButton
      label={theme === 'light' ? 'Dark theme' : 'Light theme'}
      icon={
        theme === 'light' ? (
          <Moon size={16} strokeWidth={1.75} />
        ) : (
          <Sun size={16} strokeWidth={1.75} />
        )
      }
      onClick={switchTheme}
      className="-ml-1"
    />
  )
}
