import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '#api'
import type { RunId, TicketId } from '#contract/primitives'
import type { PlanRequest } from '#contract/plans'
import type { Severity } from '#contract/primitives'
import type { TicketView } from '#contract/tickets'
import type { z } from 'zod'

export interface ListFilter {
  view: TicketView
  severities: Severity[]
  text: string
}

/** Rows asked for at a time; the contract allows at most 200. */
export const PAGE = 100

export const ticketQueries = {
  /** Not under `tickets`: the inbox brings its pages up to date itself. */
  pages: (filter: ListFilter) =>
    infiniteQueryOptions({
      queryKey: ['ticket-pages', filter],
      queryFn: ({ pageParam, signal }) =>
        api.tickets.list({ cursor: pageParam, limit: PAGE, filter }, { signal }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next,
      placeholderData: keepPreviousData,
    }),
  counts: () =>
    queryOptions({ queryKey: ['tickets', 'counts'], queryFn: () => api.tickets.counts({}) }),
  get: (id: TicketId) =>
    queryOptions({ queryKey: ['tickets', 'get', { id }], queryFn: () => api.tickets.get({ id }) }),
  timeline: (id: TicketId) =>
    infiniteQueryOptions({
      queryKey: ['tickets', 'timeline', { id }],
      queryFn: ({ pageParam }) => api.tickets.timeline({ id, cursor: pageParam, limit: 100 }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next,
    }),
  triage: (ticketId: TicketId) =>
    queryOptions({
      queryKey: ['triage', 'get', { ticketId }],
      queryFn: () => api.triage.get({ ticketId }),
    }),
  seenBefore: (ticketId: TicketId) =>
    queryOptions({
      queryKey: ['triage', 'seenBefore', { ticketId }],
      queryFn: () => api.triage.seenBefore({ ticketId }),
    }),
  changesBefore: (ticketId: TicketId) =>
    queryOptions({
      queryKey: ['changes', 'before', { ticketId }],
      queryFn: () => api.changes.before({ ticketId }),
    }),
  handover: (ticketId: TicketId) =>
    queryOptions({
      queryKey: ['handovers', 'get', { ticketId }],
      queryFn: () => api.handovers.get({ ticketId }),
    }),
  quality: () =>
    queryOptions({ queryKey: ['quality', 'list'], queryFn: () => api.quality.list({}) }),
  groupsOf: (ticketId: TicketId) =>
    queryOptions({
      queryKey: ['screening', 'groupsOf', { ticketId }],
      queryFn: () => api.screening.groupsOf({ ticketId }),
    }),
  plan: (request: z.input<typeof PlanRequest>) =>
    queryOptions({
      queryKey: ['plans', 'make', request],
      queryFn: () => api.plans.make(request),
      placeholderData: keepPreviousData,
    }),
  run: (id: RunId) =>
    queryOptions({ queryKey: ['runs', 'get', { id }], queryFn: () => api.runs.get({ id }) }),
  activeRuns: () =>
    queryOptions({
      queryKey: ['runs', 'list', { view: 'active', limit: 200 }],
      queryFn: () => api.runs.list({ view: 'active', limit: 200 }),
    }),
  waiting: () =>
    queryOptions({
      queryKey: ['approvals', 'list', { view: 'waiting', limit: 200 }],
      queryFn: () => api.approvals.list({ view: 'waiting', limit: 200 }),
    }),
  me: () => queryOptions({ queryKey: ['people', 'me'], queryFn: () => api.people.me({}) }),
  people: () => queryOptions({ queryKey: ['people', 'list'], queryFn: () => api.people.list({}) }),
}
