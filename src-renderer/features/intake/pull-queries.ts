import { queryOptions } from '@tanstack/react-query'
import { api } from '#api'

export const pullQueries = {
  forms: () =>
    queryOptions({
      queryKey: ['pulls', 'forms'],
      queryFn: () => api.pulls.forms({}),
      staleTime: Infinity,
    }),
  list: () => queryOptions({ queryKey: ['pulls', 'list'], queryFn: () => api.pulls.list({}) }),
  credentials: () =>
    queryOptions({ queryKey: ['credentials', 'list'], queryFn: () => api.credentials.list({}) }),
}
