import { answerOf, startHelper } from '#bench/workshop'

/** What a load process is to do; it stops at whichever end comes first. */
export interface LoadOrder {
  readonly url: string
  readonly connections: number
  readonly alertsPerDelivery: number
  /** How many alerts there are in all; after the last one comes the first again. */
  readonly distinctAlerts: number
  readonly seconds: number
  readonly deliveries: number
  /** How the alerts are written: as Alertmanager's webhook (default), as Grafana signs it, or as Alertmanager's own API takes them. */
  readonly form?: 'webhook' | 'api' | { readonly signedWith: string }
  /** Deliveries a second, evenly; default: as many as are answered. */
  readonly perSecond?: number
}

/** What it saw. Only answers of 2xx count. */
export interface LoadResult {
  readonly deliveries: number
  readonly refused: number
  readonly seconds: number
  readonly p50: number
  readonly p99: number
}

/** Each connection sends its next delivery when the last was answered, from a process of its own. */
export async function runLoad(order: LoadOrder): Promise<LoadResult> {
  const helper = startHelper(import.meta.resolve('#bench/load-process'))
  const answer = answerOf<LoadResult>(helper)
  helper.send(order)
  return answer
}
