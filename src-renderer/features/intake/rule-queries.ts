import { queryOptions } from '@tanstack/react-query'
import { api } from '#api'
import type { RuleDraft } from '#contract/screening'

export const ruleQueries = {
  rules: () =>
    queryOptions({ queryKey: ['screening', 'rules'], queryFn: () => api.screening.rules({}) }),
  held: () =>
    queryOptions({
      queryKey: ['screening', 'held'],
      queryFn: () => api.screening.held({ limit: 200 }),
    }),
  groups: () =>
    queryOptions({
      queryKey: ['screening', 'groups'],
      queryFn: () => api.screening.groups({ limit: 100 }),
    }),
  preview: (draft: RuleDraft) =>
    queryOptions({
      queryKey: ['screening', 'preview', draft],
      queryFn: ({ signal }) => api.screening.preview({ draft }, { signal }),
      staleTime: 30_000,
      retry: false,
    }),
  people: () => queryOptions({ queryKey: ['people', 'list'], queryFn: () => api.people.list({}) }),
  me: () => queryOptions({ queryKey: ['people', 'me'], queryFn: () => api.people.me({}) }),
}
