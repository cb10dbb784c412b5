import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '#api'
import type { RunbookId } from '#contract/primitives'

export const runbookQueries = {
  list: () =>
    queryOptions({ queryKey: ['runbooks', 'list'], queryFn: () => api.runbooks.list({}) }),
  get: (id: RunbookId) =>
    queryOptions({
      queryKey: ['runbooks', 'get', { id }],
      queryFn: () => api.runbooks.get({ id }),
    }),
  qualityOfAll: () =>
    queryOptions({ queryKey: ['quality', 'list'], queryFn: () => api.quality.list({}) }),
  quality: (runbookId: RunbookId) =>
    queryOptions({
      queryKey: ['quality', 'get', { runbookId }],
      queryFn: () => api.quality.get({ runbookId }),
    }),
  lastRuns: (runbookId: RunbookId) =>
    queryOptions({
      queryKey: ['runs', 'ofRunbook', { runbookId }],
      queryFn: () => api.runs.ofRunbook({ runbookId, limit: 5 }),
    }),
  match: (text: string) =>
    queryOptions({
      queryKey: ['runbooks', 'match', { text }],
      queryFn: ({ signal }) => api.runbooks.match({ text, limit: 5 }, { signal }),
      enabled: text.trim() !== '',
      placeholderData: keepPreviousData,
    }),
}
