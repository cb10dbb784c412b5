import { QueryClient } from '@tanstack/react-query'
import { Refusal } from '#contract'

/** Answers that asking again cannot change. */
const FINAL = new Set([
  'invalid_input',
  'not_found',
  'conflict',
  'forbidden',
  'unsupported',
  'vault_locked',
  'expired',
])

/** The cache of main's answers. News say when something is stale, so nothing is asked again just because time went by. */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        // The line to main is on this machine: whether the network is up says nothing about it.
        networkMode: 'always',
        retryDelay: 600,
        retry: (count, error) =>
          count < 1 &&
          !(error instanceof Refusal && (FINAL.has(error.code) || error.code === 'cancelled')),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  })
}
