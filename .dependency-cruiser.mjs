/** Ground floor first. A domain looks down: never up, never sideways. A new domain = one name on one floor. */
const FLOORS = [
  ['audit'],
  ['settings', 'credentials', 'people', 'policies', 'risk', 'host', 'egress'],
  ['connectors', 'openssh'],
  ['local', 'ssh', 'databases', 'web'],
  ['connections', 'runbooks', 'tickets', 'changes'],
  ['sources', 'screening', 'revisions', 'importers'],
  ['intake', 'approvals', 'plans', 'quality'],
  ['triage', 'pulls'],
  ['runs'],
  ['exports', 'handovers', 'rehearsals', 'insights', 'notifications', 'demo'],
]

const domains = (names) => `^src-main/domains/(${names.join('|')})/`
const never = (name, from, to) => ({ name, severity: 'error', from, to })

export default {
  forbidden: [
    never('no-circles', {}, { circular: true }),
    never(
      'contract-stands-alone',
      { path: '^src-preload/contract/' },
      { pathNot: ['^src-preload/contract/', 'node_modules/zod/'] },
    ),
    never(
      'halves-meet-in-the-contract',
      { path: '^src-(main|renderer)/' },
      { path: '^src-', pathNot: ['^src-$1/', '^src-preload/contract/'] },
    ),
    never(
      'platform-knows-no-domain',
      { path: '^src-main/platform/' },
      { path: '^src-main/(domains|bridge|hosts)/' },
    ),
    never(
      'only-hosts-know-electron',
      { path: '^src-main/', pathNot: '^src-main/(hosts/electron/|index[.]ts$)' },
      { path: 'node_modules/electron/' },
    ),
    never(
      'bridge-and-hosts-know-no-domain',
      { path: '^src-main/(bridge|hosts)/', pathNot: '[.]test[.]ts$' },
      { path: '^src-main/domains/' },
    ),
    never(
      'sql-stays-in-repositories',
      // The demo's world has a database of its own, which a job really locks; steps talk to databases of operators.
      {
        path: '^src-main/domains/',
        pathNot:
          '((-repository|-search|[.]test|[.]suite)[.]ts$|demo/world-folder[.]ts$|domains/databases/)',
      },
      { path: 'node_modules/(kysely|better-sqlite3|postgres)/' },
    ),
    never(
      'ui-knows-no-feature',
      { path: '^src-renderer/ui/' },
      { path: '^src-renderer/(features|bridge|app)/' },
    ),
    never(
      'features-are-strangers',
      { path: '^src-renderer/features/([^/]+)/' },
      { path: '^src-renderer/features/', pathNot: '^src-renderer/features/$1/' },
    ),
    ...FLOORS.map((names, floor) =>
      never(
        `floor-${floor}`,
        { path: domains(names) },
        {
          path: '^src-main/domains/',
          pathNot: ['^src-main/domains/$1/', ...FLOORS.slice(0, floor).map(domains)],
        },
      ),
    ),
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
}
