import type { Connection, TestProgress } from '#contract/connections'

export type Stage = TestProgress['stage']

/** One host on the way, with the stages its test goes through. */
export interface TestLeg {
  /** `host:port`; undefined for the target. */
  readonly jumpHost: string | undefined
  readonly stages: readonly Stage[]
}

const OF_KIND: Readonly<Record<Connection['kind'], readonly Stage[]>> = {
  ssh: ['name', 'tcp', 'host_key', 'auth', 'permission'],
  local: ['permission'],
  postgres: ['name', 'tcp', 'tls', 'auth', 'permission'],
  mysql: ['name', 'tcp', 'tls', 'auth', 'permission'],
  sqlite: ['permission'],
  http: ['name', 'tcp', 'tls', 'auth', 'permission'],
}

/** A line that goes in the clear has no certificate. */
function isInTheClear({ specifics }: Connection): boolean {
  if (specifics?.kind === 'http') return specifics.baseUrl.startsWith('http:')
  return specifics !== undefined && 'tls' in specifics && specifics.tls.mode === 'off'
}

/** From this machine on. Only the first host's name is looked up here: the others are found by the one before. */
export function legsOf(
  connection: Connection,
  progress: readonly TestProgress[],
): readonly TestLeg[] {
  const { kind, route } = connection
  const isOpen = isInTheClear(connection)
  const stages = OF_KIND[kind].filter((stage) => stage !== 'tls' || !isOpen)
  const planned = (route?.jumpHosts ?? []).map(({ host, port }) => `${host}:${port}`)
  const told = progress.flatMap(({ jumpHost }) => (jumpHost === undefined ? [] : [jumpHost]))
  const hosts = [...new Set([...planned, ...told]), undefined]
  return hosts.map((jumpHost, at) => ({
    jumpHost,
    stages: stages.filter(
      (stage) =>
        (at === 0 || stage !== 'name') && (jumpHost === undefined || stage !== 'permission'),
    ),
  }))
}
