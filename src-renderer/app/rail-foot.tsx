import { useQuery } from '@tanstack/react-query'
import { LockKeyhole, LockKeyholeOpen, Unplug, Waypoints } from 'lucide-react'
import type { ReactNode } from 'react'
import { Dot, type Tone } from '#ui/chip'
import { AppLink, paths } from '#ui/links'
import { Tooltip } from '#ui/tooltip'
import { egressWords, listenerWords, vaultWords } from './foot-words'
import { shellQueries } from './shell-queries'

/** What is always told: how much comes in, whether secrets can be used, and what may leave this machine. */
export function RailFoot() {
  const listener = useQuery(shellQueries.listener()).data
  const vault = useQuery(shellQueries.vault()).data
  const intake = listenerWords(listener)
  const secrets = vaultWords(vault)
  const egress = egressWords(useLeaving())
  return (
    <div className="flex flex-col gap-0.5 border-t border-line py-2">
      <FootLine
        href={paths.intake()}
        words={intake}
        icon={<Dot tone={intake.tone} live={(listener?.perMinute ?? 0) > 0} />}
      />
      <FootLine
        href={paths.vault()}
        words={secrets}
        icon={
          secrets.tone === 'bad' ? (
            <LockKeyhole size={14} strokeWidth={1.75} />
          ) : (
            <LockKeyholeOpen size={14} strokeWidth={1.75} />
          )
        }
      />
      <FootLine
        href={paths.egress()}
        words={egress}
        icon={
          egress.tone === 'neutral' ? (
            <Unplug size={14} strokeWidth={1.75} />
          ) : (
            <Waypoints size={14} strokeWidth={1.75} />
          )
        }
      />
    </div>
  )
}

/** What decides about what may leave; undefined until all of it is known. */
function useLeaving() {
  const connections = useQuery(shellQueries.connections()).data
  const pulls = useQuery(shellQueries.pulls()).data
  const offline = useQuery(shellQueries.settings()).data?.offline
  if (connections === undefined || pulls === undefined || offline === undefined) return undefined
  return { connections, pulls, offline }
}

interface FootLineProps {
  href: string
  icon: ReactNode
  words: { short: string; long: string; tone: Tone }
}

function FootLine({ href, icon, words }: FootLineProps) {
  return (
    <Tooltip text={words.long} side="right">
      <div>
        <AppLink
          href={href}
          className="flex h-6 items-center gap-2 rounded-chip px-2 text-caption text-muted hover:text-text rail-closed:justify-center"
        >
          <span
            className={
              words.tone === 'bad'
                ? 'flex w-3.5 justify-center text-critical'
                : 'flex w-3.5 justify-center'
            }
          >
            {icon}
          </span>
          <span className="min-w-0 truncate rail-closed:sr-only">{words.short}</span>
        </AppLink>
      </div>
    </Tooltip>
  )
}
