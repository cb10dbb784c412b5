import type { Credentials } from '#domains/credentials'
import type { Clock } from '#platform/clock'
import type { Host } from '#platform/host'
import type { Masking } from '#platform/masking'
import { createDatabaseConnector } from './database-connector'
import { mysqlServer } from './mysql-server'
import { postgresServer } from './postgres-server'
import { createSqliteServer } from './sqlite-session'

// Runs one statement at a time in PostgreSQL, MySQL, MariaDB and SQLite. Values are bound, never part of the text.

interface Needs {
  clock: Clock
  masking: Masking
  credentials: Credentials
  startProgram: Host['startProgram']
}

export function createDatabases(needs: Needs) {
  return {
    postgres: createDatabaseConnector(needs, postgresServer),
    mysql: createDatabaseConnector(needs, mysqlServer),
    sqlite: createDatabaseConnector(needs, createSqliteServer(needs.startProgram)),
  }
}
