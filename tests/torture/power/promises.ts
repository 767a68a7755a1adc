/** What a recorded program said that it was promised, and whether a data folder after a power cut keeps it. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolderAt } from '../../../main/cache/data-folder.ts'
import { openForReading, openIndexForReading } from '../../../main/cache/index-database/open-index.ts'
import { NotesQueries } from '../../../main/cache/queries/notes.ts'
import { openStores } from '../../../main/cache/records/record-stores.ts'
import { openRecordsFile, recordsKey } from '../../../main/cache/records/records-file.ts'
import { Store } from '../../../main/cache/store/store.ts'
import { createKeyFileStore } from '../../../main/security/index.ts'
import { matchesKeyCheck } from '../../../main/security/station-key.ts'
import { readVaultFile } from '../../../main/security/vault-file.ts'
import { ctImage, type TestObject } from '../../main/cache/data-sets.ts'
import { textOf } from '../../main/cache/records/report-data.ts'
import { StoredObjects } from '../stored-objects.ts'

/** One line of a recorded program. */
export type Said =
  /** The station key that the vault opened with. */
  | { vault: string }
  /** The object with this number was answered Success. */
  | { stored: number }
  /** The document and the report's text are this number, or a later one. */
  | { document: number }
  | { report: number; reportId: string }
  /** The records were copied with the report at this number. */
  | { copied: number }
  /** The records are being damaged; they were restored, with the report at this number. */
  | { damaging: true }
  | { restored: number }
  /** The study of the even numbers is being removed; it is gone. */
  | { removing: true }
  | { removed: true }
  /** These study keys are left now: others were destroyed and must not come back. */
  | { keys: string[] }

/** The station key lies apart from the data, as it does at a person's desk. */
export const keyFileIn = (root: string): string => join(root, 'settings', 'station.key')

/** The object that a number stands for: of two studies, one in five of several chunks. */
export const objectOf = (number: number): TestObject =>
  ctImage({ study: 1 + (number % 2), instance: number, rows: number % 5 === 0 ? 200 : 24 })

/** The study of the even numbers. */
export const REMOVED_STUDY = '1.2.826.0.1.77.1'

/** Numbers of objects that a program may send. */
export const OBJECTS = 40

const evenNumbers = Array.from({ length: OBJECTS / 2 }, (_, index) => 2 * index + 2)

/** Everything promised so far. */
export class Promises {
  #stationKey: Buffer | null = null
  #reportId = ''
  readonly #stored = new Set<number>()
  #document = 0
  #report = 0
  #copied = 0
  #isDamaged = false
  #isRemoved = false
  /** The keys that may be there; null: any, as new ones are being made. */
  #keys: readonly string[] | null = null
  #reportBeforeDamage = 0

  add(said: Said): void {
    if ('vault' in said) this.#stationKey = Buffer.from(said.vault, 'hex')
    else if ('stored' in said) this.#stored.add(said.stored)
    else if ('removing' in said) for (const number of evenNumbers) this.#stored.delete(number)
    else if ('removed' in said) this.#isRemoved = true
    else if ('document' in said) this.#document = said.document
    else if ('report' in said) {
      this.#report = said.report
      this.#reportId = said.reportId
    } else if ('copied' in said) this.#copied = said.copied
    else if ('damaging' in said) {
      this.#isDamaged = true
      this.#reportBeforeDamage = this.#report
    } else if ('restored' in said) {
      this.#isDamaged = false
      this.#report = said.restored
    }
    this.#keys = 'keys' in said ? said.keys : null
  }

  /** What is broken in the folder `root`; empty when all is kept. */
  async broken(root: string): Promise<string[]> {
    const stationKey = this.#stationKey
    if (!stationKey) return []
    const dataFolder = join(root, 'data')
    const keyStore = createKeyFileStore({ keyFile: keyFileIn(root), dataFolder })
    const kept = await keyStore.load().catch(() => null)
    if (!kept || !stationKey.equals(kept)) return ['the station key is lost']
    const vault = readVaultFile(dataFolder)
    if (!vault || !matchesKeyCheck(stationKey, vault.folderId, vault.keyCheck)) return ['the vault does not open']
    const problems = this.#brokenKeys(dataFolder)
    try {
      problems.push(...(await this.#brokenObjects(dataFolder, stationKey)))
    } catch (error) {
      problems.push(`the cache does not open: ${error}`)
    }
    try {
      problems.push(...this.#brokenRecords(dataFolder, stationKey), ...this.#brokenCopy(dataFolder, stationKey))
    } catch (error) {
      problems.push(`the records do not open: ${error}`)
    }
    return problems
  }

  #brokenKeys(dataFolder: string): string[] {
    const { keys } = dataFolderAt(dataFolder)
    const names = existsSync(keys) ? readdirSync(keys, { recursive: true, encoding: 'utf8' }) : []
    const allowed = this.#keys
    const back = names.filter((name) => {
      const key = /([0-9a-f]{32})\.key$/.exec(name)?.[1]
      return key !== undefined && !/^0+$/.test(key) && allowed !== null && !allowed.includes(key)
    })
    return back.map(() => 'a destroyed key is back')
  }

  async #brokenObjects(dataFolder: string, stationKey: Uint8Array): Promise<string[]> {
    const nothing = () => undefined
    const store = new Store({
      ...{ dataFolder, stationKey, reserve: 2 ** 50, packLimit: 1024 ** 3 },
      ...{ onCommitted: nothing, onDiskFull: nothing, onProblem: nothing },
    })
    const { indexRebuilt, unreadablePacks, missingPacks } = store.recovery
    await store.close()
    // Records that were never answered may be there in part: such stretches are kept, and told as damaged.
    const isClean = indexRebuilt !== 'damaged' && unreadablePacks + missingPacks === 0
    const problems = isClean ? [] : [`recovery: ${JSON.stringify(store.recovery)}`]
    const stored = new StoredObjects(dataFolder, stationKey)
    for (let number = 1; number <= OBJECTS; number += 1) {
      const found = await stored.compare(objectOf(number))
      const isGone = this.#isRemoved && number % 2 === 0
      if (found === 'absent' ? !this.#stored.has(number) : found === 'equal' && !isGone) continue
      problems.push(`object ${number} is ${found}`)
    }
    problems.push(...stored.differences({ isDamageAllowed: true }))
    const { rows, total, ofStudies, ofSeries } = stored.counts()
    if (new Set([rows, total, ofStudies, ofSeries]).size > 1) problems.push('the counts differ')
    await stored.close()
    const index = openIndexForReading(dataFolderAt(dataFolder).index, stationKey)
    const document = Number(new NotesQueries(index).loadDocument('number') ?? 0)
    index.close()
    return document < this.#document ? [...problems, `document ${document} of ${this.#document}`] : problems
  }

  #brokenRecords(dataFolder: string, stationKey: Uint8Array): string[] {
    const { database, recovery } = openRecordsFile(dataFolderAt(dataFolder), stationKey)
    const isKept = readdirSync(dataFolder).some((name) => name.startsWith('records-damaged-'))
    const report = Number(textOf(openStores(database).reports.get(this.#reportId)?.content) || 0)
    database.close()
    const isLost = recovery.kind === 'set-aside' && !this.#isDamaged
    const least = this.#isDamaged ? this.#copied : this.#report
    return [
      ...(isLost ? [`records: ${JSON.stringify(recovery)}`] : []),
      ...(isKept || report >= this.#reportBeforeDamage ? [] : ['the damaged records were not kept']),
      ...(report < least ? [`report ${report} of ${least}`] : []),
    ]
  }

  /** The copy, once it is there, is whole. */
  #brokenCopy(dataFolder: string, stationKey: Uint8Array): string[] {
    const { recordsCopy } = dataFolderAt(dataFolder)
    if (!existsSync(recordsCopy)) return this.#copied > 0 ? ['the copy of the records is missing'] : []
    try {
      const database = openForReading(recordsCopy, recordsKey(stationKey))
      const isWhole = database.pragma('quick_check(1)', { simple: true }) === 'ok'
      const report = Number(textOf(openStores(database).reports.get(this.#reportId)?.content) || 0)
      database.close()
      return isWhole && report >= this.#copied ? [] : ['the copy of the records is old or damaged']
    } catch (error) {
      return [`the copy of the records does not open: ${(error as { code?: string }).code}`]
    }
  }
}
