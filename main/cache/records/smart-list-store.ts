/** Smart lists: searches of the study list that a person keeps under a name, in the order that was given to them. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { MAX_SMART_LISTS, type SmartList, type SmartListOutcome } from '../../contract/smart-lists.ts'
import { foldText } from '../index-database/fold-text.ts'

export class SmartListStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** All, in their order. */
  list(): SmartList[] {
    const rows = this.#database
      .prepare('SELECT listId, name, question FROM smart_list ORDER BY position, listId')
      .all() as { listId: string; name: string; question: string }[]
    return rows.map(({ question, ...row }) => ({ ...row, question: JSON.parse(question) as SmartList['question'] }))
  }

  /** Adds a list behind the others, or changes the one with this id where it stands. */
  save({ listId, name, question }: SmartList): SmartListOutcome {
    const save = this.#database.transaction((): SmartListOutcome => {
      const others = this.list().filter((list) => list.listId !== listId)
      if (others.some((list) => foldText(list.name) === foldText(name))) return 'name-taken'
      if (others.length >= MAX_SMART_LISTS) return 'full'
      this.#database
        .prepare(`
          INSERT INTO smart_list (listId, position, name, question)
          VALUES (?, (SELECT coalesce(max(position) + 1, 0) FROM smart_list), ?, ?)
          ON CONFLICT (listId) DO UPDATE SET name = excluded.name, question = excluded.question`)
        .run(listId, name, JSON.stringify(question))
      return 'saved'
    })
    return save.immediate()
  }

  /** Puts them in this order; those not named stay behind these, ids of lists that are gone are passed over. */
  arrange(listIds: readonly string[]): void {
    const place = this.#database.prepare('UPDATE smart_list SET position = ? WHERE listId = ?')
    const arrange = this.#database.transaction(() => {
      const known = this.list().map(({ listId }) => listId)
      const order = new Set([...listIds.filter((listId) => known.includes(listId)), ...known])
      ;[...order].forEach((listId, position) => void place.run(position, listId))
    })
    arrange.immediate()
  }

  remove(listId: string): void {
    this.#database.prepare('DELETE FROM smart_list WHERE listId = ?').run(listId)
  }
}
