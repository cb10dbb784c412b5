import { useEffect, useState } from 'react'
import { connection, useConnection } from '#api'
import { Banner } from '#ui/banner'
import { Button } from '#ui/button'

/** A lost line shorter than this is not worth a word. */
const QUIET_MS = 700

/** Tells when the line to main is lost, that what is seen may be old, and what goes on regardless. */
export function LineBanner() {
  const { state, message } = useConnection()
  const lost = state !== 'ready'
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(lost), lost ? QUIET_MS : 0)
    return () => clearTimeout(timer)
  }, [lost])
  if (!shown || !lost) return null
  return (
    <Banner
      edge
      tone="offline"
      title={
        state === 'connecting' ? 'Connecting to Quarterdeck.' : 'The line to Quarterdeck is lost.'
      }
      actions={
        <Button size="small" onClick={() => connection.retry()}>
          Try now
        </Button>
      }
    >
      {message} What you see is as it was, and nothing you do here is sent until it is back. If
      Quarterdeck was started anew, its terminal shows the new address.
    </Banner>
  )
}
