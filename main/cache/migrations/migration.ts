/** Numbered steps that bring an index of any earlier version to this one; a step once released never changes. */
import type { Database } from 'better-sqlite3-multiple-ciphers'

export interface Migration {
  /** Counts from 1; kept in the database as `user_version`. */
  readonly version: number
  readonly name: string
  readonly up: string
}

/** The version of the index in `database`; 0 for a new one. */
export const indexVersion = (database: Database): number => Number(database.pragma('user_version', { simple: true }))

/** Applies what is missing, each step in a transaction of its own. Throws when the index comes from a later program. */
export const migrate = (database: Database, migrations: readonly Migration[]): void => {
  const newest = migrations.at(-1)?.version ?? 0
  if (indexVersion(database) > newest)
    throw new Error(`The index is of version ${indexVersion(database)}, newer than ${newest}.`)
  for (const migration of migrations) {
    if (migration.version <= indexVersion(database)) continue
    database.transaction(() => {
      database.exec(migration.up)
      database.pragma(`user_version = ${migration.version}`)
    })()
  }
}
