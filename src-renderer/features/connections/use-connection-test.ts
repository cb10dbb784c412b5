import { useEffect, useRef, useState } from 'react'
import { api } from '#api'
import type { TestProgress } from '#contract/connections'
import type { ConnectionId } from '#contract/primitives'

export interface TestState {
  /** The newest word of each stage of each host, in the order in which they came; null before the first test here. */
  progress: readonly TestProgress[] | null
  running: boolean
  error: unknown
  start: () => void
  stop: () => void
}

/** Tests a connection and keeps what each stage said. Leaving the screen ends the test. */
export function useConnectionTest(id: ConnectionId, onEnd: () => void): TestState {
  const [progress, setProgress] = useState<readonly TestProgress[] | null>(null)
  const [running, setRunning] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const abort = useRef<AbortController>(null)
  useEffect(() => () => abort.current?.abort(), [])

  async function read(ended: AbortController): Promise<void> {
    try {
      for await (const next of api.connections.test({ id }, { signal: ended.signal })) {
        if (ended.signal.aborted) return
        setProgress((before) => [...(before ?? []).filter((one) => !isSame(one, next)), next])
      }
    } catch (reason) {
      if (!ended.signal.aborted) setError(reason)
    } finally {
      if (abort.current === ended) {
        setRunning(false)
        onEnd()
      }
    }
  }
  function start() {
    abort.current?.abort()
    const ended = new AbortController()
    abort.current = ended
    setProgress([])
    setError(null)
    setRunning(true)
    void read(ended)
  }
  function stop() {
    abort.current?.abort()
    setRunning(false)
  }
  return { progress, running, error, start, stop }
}

function isSame(one: TestProgress, next: TestProgress): boolean {
  return one.stage === next.stage && one.jumpHost === next.jumpHost
}
