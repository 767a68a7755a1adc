/** A person's choice which version of an instance is shown: noted with when and who, in one durable transaction with what it changes. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { VersionChoice, VersionChoiceOutcome } from '../cache.ts'
import { isDisplayable } from './notes-writer.ts'
import { durably } from './open-index.ts'

interface Place {
  instanceId: number
  currentKey: number
  seriesKey: number
  studyKey: number
  SeriesInstanceUID: string
  StudyInstanceUID: string
}

/** What a version adds to the counts of its series when it is current. */
const contributionOf = (database: Database, instanceKey: number): { frames: number; displayable: number } => {
  const found = database
    .prepare(
      'SELECT NumberOfFrames, notDisplayable, isImage, pixelData IS NOT NULL AS hasPixels FROM version WHERE instanceKey = ?',
    )
    .get(instanceKey) as { NumberOfFrames: number; notDisplayable: string | null; isImage: number; hasPixels: number }
  return {
    frames: found.hasPixels * found.NumberOfFrames,
    displayable: Number(isDisplayable(found.notDisplayable, found.isImage)),
  }
}

const makeCurrent = (database: Database, instanceKey: number, place: Place): void => {
  const [before, after] = [contributionOf(database, place.currentKey), contributionOf(database, instanceKey)]
  const displayable = after.displayable - before.displayable
  database.prepare('UPDATE instance SET currentKey = ? WHERE instanceId = ?').run(instanceKey, place.instanceId)
  database
    .prepare(`
      UPDATE series SET displayable = displayable + ?, numberOfFrames = numberOfFrames + ?, revision = revision + 1
      WHERE seriesKey = ?`)
    .run(displayable, after.frames - before.frames, place.seriesKey)
  database.prepare('UPDATE study SET displayable = displayable + ? WHERE studyKey = ?').run(displayable, place.studyKey)
}

/** Makes `instanceKey` the shown version, unless another than `insteadOf` is shown by now. Throws SQLite's error and then changes nothing. */
export const chooseVersion = (database: Database, choice: VersionChoice): VersionChoiceOutcome => {
  const { instanceKey, insteadOf, chosenAt, chosenBy } = choice
  const choose = database.transaction((): VersionChoiceOutcome => {
    const place = database
      .prepare(`
        SELECT instance.instanceId, currentKey, seriesKey, studyKey, SeriesInstanceUID, StudyInstanceUID
        FROM version JOIN instance USING (instanceId) JOIN series USING (seriesKey)
          JOIN (SELECT studyKey, StudyInstanceUID FROM study) USING (studyKey)
        WHERE version.instanceKey = ?`)
      .get(instanceKey) as Place | undefined
    if (!place) return { kind: 'gone' }
    if (place.currentKey !== insteadOf) return { kind: 'changed' }
    if (instanceKey !== insteadOf) makeCurrent(database, instanceKey, place)
    database
      .prepare(
        'INSERT INTO version_choice (instanceId, instanceKey, insteadOf, chosenAt, chosenBy) VALUES (?, ?, ?, ?, ?)',
      )
      .run(place.instanceId, instanceKey, insteadOf, chosenAt, chosenBy)
    const { StudyInstanceUID, SeriesInstanceUID } = place
    return { kind: 'chosen', StudyInstanceUID, SeriesInstanceUID }
  })
  return durably(database, () => choose.immediate())
}
