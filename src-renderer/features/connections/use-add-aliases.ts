import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '#api'
import { ConnectionDraft } from '#contract/connections'
import type { ConfiguredAlias } from '#contract/ssh'
import { errorText } from '#ui/error-state'

/** What came of one host; `problem` when it was not added. */
export interface Added {
  readonly problem?: string
}

/** It can be followed, and no connection leads there yet. */
export function canAdd({ route, connectionName }: ConfiguredAlias): boolean {
  return route.problem === null && connectionName === null
}

/** The connection an alias becomes. Alerts name hosts by their address, so that is a tag. */
function draftOf({ alias, route }: ConfiguredAlias) {
  return ConnectionDraft.safeParse({
    name: alias,
    kind: 'ssh',
    host: alias,
    tags: route.host === alias ? [] : [route.host],
    ssh: { isAlias: true },
  })
}

/** Adds one after the other; one that is refused says why and keeps none of the others back. */
export function useAddAliases() {
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [results, setResults] = useState<ReadonlyMap<string, Added>>(new Map())
  async function run(hosts: readonly ConfiguredAlias[]): Promise<void> {
    setBusy(true)
    const next = new Map<string, Added>() // in the order of the list, each answer at its line
    for (const host of hosts) {
      next.set(host.alias, await addOne(host))
      setResults(new Map(next))
    }
    setBusy(false)
    void client.invalidateQueries({ queryKey: ['connections'] })
  }
  return { busy, results, run, words: wordsOf([...results.values()]) }
}

async function addOne(host: ConfiguredAlias): Promise<Added> {
  const draft = draftOf(host)
  if (!draft.success)
    return { problem: 'This name has letters that a connection’s name cannot have.' }
  try {
    await api.connections.create(draft.data)
    return {}
  } catch (error) {
    return { problem: errorText(error) }
  }
}

/** What came of all, in a sentence; empty before anything did. */
function wordsOf(results: readonly Added[]): string {
  if (results.length === 0) return ''
  const failed = results.filter(({ problem }) => problem !== undefined).length
  const made = results.length - failed
  const words = made === 1 ? '1 connection was added' : `${made} connections were added`
  return failed === 0 ? `${words}.` : `${words}, ${failed} not: why stands at each.`
}
