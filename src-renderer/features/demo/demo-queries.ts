import { queryOptions } from '@tanstack/react-query'
import { api } from '#api'

export const demoQueries = {
  status: () => queryOptions({ queryKey: ['demo', 'status'], queryFn: () => api.demo.status({}) }),
}
