/** Statements that are made once: each holds memory of SQLite's until the garbage collector comes by. */
import type { Database, Statement } from 'better-sqlite3-multiple-ciphers'

/** The statement of an SQL text. */
export type Statements = (text: string) => Statement<unknown[]>

/** Statements of this connection, each made when it is first asked for. */
export const statementsOf = (database: Database): Statements => {
  const known = new Map<string, Statement<unknown[]>>()
  return (text) => {
    const statement = known.get(text) ?? database.prepare(text)
    known.set(text, statement)
    return statement
  }
}
