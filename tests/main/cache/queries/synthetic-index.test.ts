import type { Database } from 'better-sqlite3-multiple-ciphers'
import { expect, it, onTestFinished } from 'vitest'
import { IndexWriter } from '../../../../main/cache/index-database/index-writer.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { emptyIndex, syntheticEntries, syntheticIndex } from './synthetic-index.ts'

const contentOf = (database: Database): Record<string, unknown[]> => {
  onTestFinished(() => void database.close())
  const tables = database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
    .pluck()
    .all() as string[]
  const rows = (table: string) => [table, database.prepare(`SELECT * FROM ${table} ORDER BY 1`).all()] as const
  return Object.fromEntries(tables.filter((table) => !table.startsWith('study_search_')).map(rows))
}

it('an index made in bulk holds what the station writes of the same images', () => {
  const size = { studies: 205, series: 2, images: 4 }
  const database = emptyIndex(temporaryFolder())
  const writer = new IndexWriter(database)
  const entries = [...syntheticEntries(size)]
  while (entries.length > 0) writer.insert(entries.splice(0, 100))
  const bulk = contentOf(syntheticIndex(temporaryFolder(), size))
  expect(bulk).toEqual(contentOf(database))
  expect(bulk.version).toHaveLength(205 * 8)
})
