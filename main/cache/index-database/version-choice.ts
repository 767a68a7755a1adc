/** Shows another version of an instance than before, with the counts that change with it. The choice itself is kept in the records. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { ChosenVersion, VersionChange } from '../cache.ts'
import { isDisplayable } from './notes-writer.ts'

interface Place extends ChosenVersion {
  instanceKey: number
  instanceId: number
  currentKey: number
  seriesKey: number
  studyKey: number
}

const PLACE = `
  SELECT version.instanceKey, instance.instanceId, currentKey, seriesKey, studyKey, SOPInstanceUID, SeriesInstanceUID,
    StudyInstanceUID, sha256, TransferSyntaxUID
  FROM instance JOIN version USING (instanceId) JOIN (SELECT seriesKey, studyKey, SeriesInstanceUID FROM series) USING (seriesKey)
    JOIN (SELECT studyKey, StudyInstanceUID FROM study) USING (studyKey)`

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

const makeCurrent = (database: Database, { instanceKey, ...place }: Place): void => {
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
export const showVersion = (
  database: Database,
  { instanceKey, insteadOf }: VersionChange,
): { kind: 'chosen'; version: ChosenVersion } | { kind: 'changed' | 'gone' } =>
  database
    .transaction(() => {
      const place = database.prepare(`${PLACE} WHERE version.instanceKey = ?`).get(instanceKey) as Place | undefined
      if (!place) return { kind: 'gone' as const }
      if (place.currentKey !== insteadOf) return { kind: 'changed' as const }
      if (instanceKey !== insteadOf) makeCurrent(database, place)
      const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, sha256, TransferSyntaxUID } = place
      const version = { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, sha256, TransferSyntaxUID }
      return { kind: 'chosen' as const, version }
    })
    .immediate()

/** Shows what was chosen wherever that is here and something else is shown: an index that was made anew does not know, or a choice was cut off. */
export const showChosen = (database: Database, chosen: readonly ChosenVersion[]): void => {
  const find = database.prepare(`
    ${PLACE} WHERE SOPInstanceUID = @SOPInstanceUID AND SeriesInstanceUID = @SeriesInstanceUID
      AND StudyInstanceUID = @StudyInstanceUID AND sha256 = @sha256 AND TransferSyntaxUID = @TransferSyntaxUID
      AND version.instanceKey <> currentKey`)
  database
    .transaction(() => {
      for (const each of chosen) for (const place of find.all(each) as Place[]) makeCurrent(database, place)
    })
    .immediate()
}
