import { useQuery } from '@tanstack/react-query'
import { useEffect, useEffectEvent } from 'react'
import { api, news } from '#api'
import type { AppEvents } from '#contract'
import { safeString } from '#ui/plain-text'
import { paths, useGo } from '#ui/links'
import { shellQueries } from './shell-queries'

/** In the browser host, tells about a waiting approval while the window is not looked at. Electron has its own. */
export function useDesktopNotices(): void {
  const settings = useQuery(shellQueries.settings()).data
  const host = useQuery(shellQueries.host()).data
  const go = useGo()
  const on = settings?.notifications === true && host?.host === 'browser'
  const tell = useEffectEvent(async ({ id, status }: AppEvents['approvals.changed']) => {
    if (!on || status !== 'waiting' || document.hasFocus()) return
    if (!('Notification' in window) || Notification.permission !== 'granted') return
    const { mayApprove } = await api.approvals.standing({ id })
    if (!mayApprove) return // whoever cannot say yes is not called to it
    const approval = await api.approvals.get({ id })
    const { frozen } = approval
    const where =
      frozen && `${frozen.tier.replace('_', ' ')} on ${frozen.action.target.connectionName}, `
    const notice = new Notification(`Approve: ${safeString(approval.stepTitle, 80)}`, {
      body: safeString(`${where ?? ''}${approval.ticketTitle ?? approval.runbookTitle}`, 160),
      tag: id, // one notice per approval, however often it changes
    })
    notice.addEventListener('click', () => {
      window.focus()
      go(paths.approval(id))
      notice.close()
    })
  })
  const show = useEffectEvent((route: string) => go(route))
  useEffect(() => {
    const ends = [
      news.subscribe('approvals.changed', (payload) => {
        // An approval that was answered meanwhile needs no notice.
        tell(payload).catch(() => undefined)
      }),
      news.subscribe('host.goTo', ({ route }) => show(route)),
    ]
    return () => {
      for (const end of ends) end()
    }
  }, [])
}
