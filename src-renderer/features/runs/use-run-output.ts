import { useEffect } from 'react'
import { api, connection } from '#api'
import type { RunId } from '#contract/primitives'
import type { OutputChunk } from '#contract/runs'

/**
 * Reads a run's output from its beginning and then live. After a broken line it goes on at the character where it
 * stopped, so that nothing is drawn twice.
 */
export function useRunOutput(id: RunId, take: (chunk: OutputChunk) => void): void {
  useEffect(() => {
    let position = 0
    const ended = new AbortController()
    async function read(): Promise<void> {
      try {
        for await (const chunk of api.runs.output({ id, from: position })) {
          if (ended.signal.aborted) return
          position = chunk.position + chunk.text.length
          take(chunk)
        }
      } catch {
        // The line broke, or the run is gone: the screen says so. Try again when there is a line.
        await untilReady()
        if (!ended.signal.aborted) await read()
      }
    }
    void read()
    return () => ended.abort()
  }, [id, take])
}

const PAUSE_MS = 1000

function untilReady(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(() => {
      if (connection.current().state === 'ready') return resolve()
      const stop = connection.subscribe(() => {
        if (connection.current().state !== 'ready') return
        stop()
        resolve()
      })
      return undefined
    }, PAUSE_MS)
  })
}
