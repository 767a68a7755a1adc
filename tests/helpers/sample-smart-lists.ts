/** Smart lists of the sample station: the real store, in memory. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type BetterSqlite3 from 'better-sqlite3-multiple-ciphers'
import { recordMigrations } from '../../main/cache/records/migrations/index.ts'
import { SmartListStore } from '../../main/cache/records/smart-list-store.ts'
import type { HandlersOf } from '../../main/contract/define.ts'
import type { StationContract } from '../../main/contract/index.ts'
import type { SmartList } from '../../main/contract/smart-lists.ts'

/** By its place: for its name, Playwright reads the `paths` of tsconfig.base.json, and would run the package's types. */
const program = join(import.meta.dirname, '../../node_modules/better-sqlite3-multiple-ciphers/lib/index.js')
const Database = createRequire(import.meta.url)(program) as typeof BetterSqlite3

/** Handlers that keep lists until the station is closed, beginning with `lists`. */
export const sampleSmartLists = (
  lists: readonly SmartList[],
  changed: () => void,
): HandlersOf<StationContract>['smartLists'] => {
  const database = new Database(':memory:')
  for (const { up } of recordMigrations) database.exec(up)
  const store = new SmartListStore(database)
  for (const list of lists) store.save(list)
  return {
    list: () => store.list(),
    save: (list) => {
      const outcome = store.save(list)
      changed()
      return { outcome }
    },
    arrange: ({ listIds }) => {
      store.arrange(listIds)
      changed()
      return {}
    },
    remove: ({ listId }) => {
      store.remove(listId)
      changed()
      return {}
    },
  }
}
