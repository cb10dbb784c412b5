// Screening: the rules between a signal and a ticket. Decides what opens one, never what becomes of it.
export type { KnowsOperators, PastSignal, Screen, Screened } from './screen'
